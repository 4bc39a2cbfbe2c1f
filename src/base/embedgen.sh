# Writes the C table of embed.h for the files named: sh embedgen.sh ROOT FILE.. >embed_files.c
# A name in the table is the path below ROOT. A NUL follows the data of each file and is not counted in its length.
set -eu
root=$1
shift
printf '#include "base/embed.h"\n\n'
i=0
for file do
	i=$((i + 1))
	printf 'static const unsigned char file_%d[] = {\n' "$i"
	od -An -v -tu1 "$file" | awk '{ for (i = 1; i <= NF; i++) printf "%s,", $i; print "" }'
	printf '0 };\n'
done
printf '\nconst struct embed embed_files[] = {\n'
i=0
for file do
	i=$((i + 1))
	printf '\t{ "%s", file_%d, sizeof(file_%d) - 1 },\n' "${file#"$root"/}" "$i" "$i"
done
printf '\t{ NULL, NULL, 0 },\n};\n'
