# Viet Nam: PanNature's records. Sourced by demo.sh, which defines `vietnam` and `added` (writes a record, prints its id).

MFF=$(added vietnam org name.vi='Rừng ngập mặn cho tương lai' name.en='Mangroves for the Future' acronym=MFF kind=network)
IUCN=$(added vietnam org name.vi='IUCN Việt Nam, văn phòng Thành phố Hồ Chí Minh' \
    name.en='IUCN Viet Nam, Ho Chi Minh City office' acronym=IUCN kind=ingo country=VNM)
EARTHRIGHTS=$(added vietnam org name.vi='Viện Earth Right' name.en='EarthRights' kind=ingo)
ITB=$(added vietnam org name.vi='Viện Công nghệ và Đa dạng sinh học' acronym=ITB kind=research country=VNM)
FISHERS=$(added vietnam org name.vi='Chi hội Nghề cá Ngư Mỹ Thạnh' name.en='Ngư Mỹ Thạnh Fisheries Association' \
    kind=cbo country=VNM admin=VN-26 themes='fisheries;community_management')

added vietnam site name.vi='Thạnh Phong' site_type=candidate country=VNM \
    admin=VN-50 basin.vi='Sông Mê Công' ecosystem.vi='rừng ngập mặn' \
    description.vi='Mô hình quản lý do người dân địa phương tham gia' \
    description.en='A management model that local people take part in' >/dev/null
added vietnam site name.vi='Búng Bình Thiên' site_type=candidate country=VNM admin=VN-44 \
    basin.vi='Sông Mê Công' geometry=10.92,105.08 precision_m=2000 \
    description.vi='Đồng quản lý nguồn lợi thủy sản' description.en='Co-management of fishery resources' \
    gov_type=collaborative source='position approximate' >/dev/null
added vietnam site name.vi='Ngư Mỹ Thạnh' site_type=candidate country=VNM admin=VN-26 \
    description.vi='Mô hình quản lý thủy sản của Chi hội Nghề cá, với sự tham gia của nhiều cán bộ địa phương' \
    description.en='Fishery management by the Fisheries Association, with many local officials taking part' \
    gov_type=local_communities stewards="$FISHERS" >/dev/null

NETWORK=$(added vietnam activity title.vi='Mạng lưới dọc theo sông Mê Công' title.en='A network along the Mekong' \
    status=implementation country='KHM;LAO;VNM' scope=regional themes='rivers;livelihoods;community_management' \
    description.vi='Hình thành và phát triển mạng lưới dọc theo sông Mê Công ở Campuchia, Lào và Việt Nam để bảo vệ dòng sông và sinh kế của những người sống phụ thuộc vào tài nguyên sông')
WORKSHOP=$(added vietnam event title.vi='Hội thảo vùng tại Thành phố Hồ Chí Minh' \
    title.en='Regional workshop in Ho Chi Minh City' kind=workshop country=VNM place.vi='Thành phố Hồ Chí Minh' \
    topics='rivers;community_management;livelihoods;policy' activity="$NETWORK" \
    agenda.vi='Mỗi nước trình bày ý tưởng về IWRM và CBNRM' \
    outcomes.vi='Cơ hội kết nối, chia sẻ sáng kiến và kinh nghiệm của mỗi nước; cùng nhau chung tay bảo vệ sông Mê Công' \
    outcomes.en='A chance to connect and to share initiatives and experience of each country; joining hands to protect the Mekong')
for guest in "$MFF" "$IUCN" "$EARTHRIGHTS" "$ITB" "$FISHERS"; do
    added vietnam attendance event="$WORKSHOP" org="$guest" role=participant country=VNM >/dev/null
done
added vietnam attendance event="$WORKSHOP" role=participant country=VNM admin=VN-50 \
    note.vi='Người dân địa phương của mô hình quản lý' >/dev/null
added vietnam attendance event="$WORKSHOP" role=participant country=VNM admin=VN-44 \
    note.vi='Người tham gia mô hình đồng quản lý ở Búng Bình Thiên' >/dev/null
