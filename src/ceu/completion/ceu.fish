# Completion for ceu in fish: ceu itself knows what may come next.
function __ceu_candidates
	set -l words (commandline -opc) (commandline -ct)
	ceu __complete $words[2..-1] 2>/dev/null
end
complete -c ceu -a '(__ceu_candidates)'
