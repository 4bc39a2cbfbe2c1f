#compdef ceu
# Completion for ceu in zsh: ceu itself knows what may come next.
local -a candidates
candidates=("${(@f)$(ceu __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
candidates=(${candidates:#})
if (( $#candidates )); then
	compadd -a candidates
else
	_files
fi
