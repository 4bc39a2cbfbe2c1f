# Completion for ceu in bash: ceu itself knows what may come next.
_ceu() {
	local word=${COMP_WORDS[COMP_CWORD]} IFS=$'\n'

	# "--on=DATE" comes as three words: only what follows = is completed, by the shell's own means.
	[[ $word == = || ${COMP_WORDS[COMP_CWORD-1]} == = ]] && return
	mapfile -t COMPREPLY < <(ceu __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -o bashdefault -F _ceu ceu
