[ "$1" = "two words" ] || exit 9
cat ~/out.json
