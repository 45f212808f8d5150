# Completion of banyan in bash. The words come from the program itself, so they are always true.

# Names of organisations, as they have to be typed: most have spaces in them. They are others' words, so that nothing may
# expand them, as compgen does.
_banyan_members() {
    local name typed=${2//\\/}

    while IFS= read -r name; do
        [[ $name == "$typed"* ]] && COMPREPLY+=("$(printf %q "$name")")
    done < <("$1" members --names --quiet 2>/dev/null)
}

_banyan() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} program=$1
    local command= at=1 words=

    while [ $at -lt "$COMP_CWORD" ]; do
        case ${COMP_WORDS[at]} in
        --home | --lang | --color | --passphrase-file) at=$((at + 1)) ;;
        -*) ;;
        *)
            command=${COMP_WORDS[at]}
            break
            ;;
        esac
        at=$((at + 1))
    done

    COMPREPLY=()
    case $before in
    --home)
        COMPREPLY=($(compgen -d -- "$word"))
        return
        ;;
    --passphrase-file | --new-passphrase-file)
        COMPREPLY=($(compgen -f -- "$word"))
        return
        ;;
    --role)
        COMPREPLY=($(compgen -W 'member hub reader' -- "$word"))
        return
        ;;
    --on-behalf)
        _banyan_members "$program" "$word"
        return
        ;;
    --color)
        COMPREPLY=($(compgen -W 'auto always never' -- "$word"))
        return
        ;;
    esac

    if [ -z "$command" ]; then
        words=$("$program" help --words 2>/dev/null | cut -d ' ' -f 1 | uniq)
        words="$words --home --passphrase-file --json --lang --quiet --color --help --version"
        COMPREPLY=($(compgen -W "$words" -- "$word"))
        return
    fi
    # a command of two words
    words=$("$program" help --words 2>/dev/null | sed -n "s/^$command //p")
    if [ -n "$words" ]; then
        case $word in
        -*) ;;
        *)
            if [ "$COMP_CWORD" = $((at + 1)) ]; then
                [ "$command" = types ] && words="$words $("$program" types --quiet 2>/dev/null)"
                COMPREPLY=($(compgen -W "$words" -- "$word"))
                return
            fi
            ;;
        esac
        if [[ " "${words//$'\n'/ }" " = *" ${COMP_WORDS[at + 1]} "* ]]; then
            command="$command ${COMP_WORDS[at + 1]}"
        fi
    fi

    case $word in
    -*)
        COMPREPLY=($(compgen -W "$("$program" help --words $command 2>/dev/null)" -- "$word"))
        return
        ;;
    esac
    case $command:$((COMP_CWORD - at)) in
    members:1 | role:1 | remove:1 | compare:1 | sync:1 | transfer:2 | 'key rotate:2' | 'peers add:2' | 'peers remove:2')
        _banyan_members "$program" "$word"
        return
        ;;
    role:2)
        COMPREPLY=($(compgen -W 'coordinator member hub reader' -- "$word"))
        return
        ;;
    esac
    case $command in
    'bundle '* | 'backup '* | 'types propose')
        COMPREPLY=($(compgen -f -- "$word"))
        ;;
    add | list | types)
        if [ "$COMP_CWORD" = $((at + 1)) ]; then
            words=$("$program" types --quiet 2>/dev/null)
        else
            words=$("$program" types "${COMP_WORDS[at + 1]}" --quiet 2>/dev/null)
            if [ "$command" != types ]; then
                words=$(printf '%s=\n' $words)
                compopt -o nospace
            fi
        fi
        COMPREPLY=($(compgen -W "$words" -- "$word"))
        ;;
    missing)
        case $((COMP_CWORD - at)) in
        1) words=$("$program" missing --quiet 2>/dev/null) ;;
        2) words=$("$program" types --quiet 2>/dev/null) ;;
        *) words= ;;
        esac
        COMPREPLY=($(compgen -W "$words" -- "$word"))
        ;;
    help)
        COMPREPLY=($(compgen -W "$("$program" help --words 2>/dev/null | cut -d ' ' -f 1 | uniq)" -- "$word"))
        ;;
    esac
}
complete -F _banyan banyan
