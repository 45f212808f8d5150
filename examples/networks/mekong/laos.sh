# Laos: SODA's records. Sourced by demo.sh; by now the workshop's record has come by way of Cambodia.

AIMA=$(added laos org acronym=AIMA kind=ngo country=LAO \
    name.vi='Hiệp hội Cải thiện mức sống cho nhân dân nhiều dân tộc Thích nghi với biến đổi khí hậu')
GCA=$(added laos org acronym=GCA kind=ngo country=LAO name.vi='Liên minh Cộng đồng xanh' name.en='Green Community Alliance')
KHAMMOUAN=$(added laos org name.vi='Cục Nông nghiệp và Lâm nghiệp tỉnh Khammouan' \
    name.en='Agriculture and Forestry Office of Khammouan' kind=gov_subnational country=LAO admin=LA-KH)
for guest in "$AIMA" "$GCA" "$KHAMMOUAN"; do
    added laos attendance event="$WORKSHOP" org="$guest" role=participant country=LAO >/dev/null
done
