# Cambodia: FACT's records. Sourced by demo.sh after Viet Nam's; the workshop's attendance follows once its record is here.

MVI=$(added cambodia org name.en='My Village' name.vi='Làng tôi' acronym=MVi kind=ngo country=KHM)
COALITION=$(added cambodia org name.en='Cambodian fisheries coalition' name.vi='Liên minh thủy sản Campuchia' kind=network country=KHM)
EEC=$(added cambodia org name.vi='Trung tâm Môi trường và Dân tộc học' name.en='Centre for Environment and Ethnology' \
    acronym=EEC kind=ngo country=KHM)

KEO_POR=$(added cambodia site name.en='Keo Por' site_type=candidate country=KHM basin.en='Tonle Sap' \
    description.en='Community and fish sanctuary' description.vi='Cộng đồng Keo Por và khu bảo tồn cá' \
    gov_type=local_communities)
PHLUK=$(added cambodia site name.en='Kampong Phluk' name.km='កំពង់ភ្លុក' site_type=candidate country=KHM admin=KH-17 \
    basin.en='Tonle Sap' geometry=13.21,103.97 precision_m=2000 description.en='Ecotourism community' \
    description.vi='Cộng đồng du lịch sinh thái' gov_type=local_communities source='position approximate')

VISIT=$(added cambodia event title.en='Study visit to Tonle Sap and Siem Reap' \
    title.vi='Chuyến tham quan học tập ở Tonle Sap và Siem Reap' kind=study_visit country=KHM \
    hosts="$KEO_POR;$PHLUK" topics='community_management;fisheries;tourism' \
    description.en='Communities, NGOs and CBOs of Viet Nam and Laos visit two communities of Cambodia')
added cambodia attendance event="$VISIT" role=visitor country=VNM \
    note.vi='Cộng đồng, NGO và CBO của Việt Nam' >/dev/null
added cambodia attendance event="$VISIT" role=visitor country=LAO \
    note.vi='Cộng đồng, NGO và CBO của Lào' >/dev/null
