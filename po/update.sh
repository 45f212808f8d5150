#!/bin/sh
# Takes new and changed texts of the sources into every po file: po/update.sh
#
#   po/update.sh --template FILE   only writes the texts of the sources, all without translation, to FILE
#   po/update.sh --check           changes nothing; ends with 1 when a file lags behind the sources or lacks a translation
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Marks are explained in cli/message.h.
template() {
    LC_ALL=C xgettext --language=C --from-code=UTF-8 --sort-by-file --add-location=file --no-wrap \
        --add-comments=translators: --package-name=banyan --copyright-holder='the banyan contributors' \
        --msgid-bugs-address=contributors@banyan.invalid \
        --keyword --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=P_:1,2 --keyword=counted:3,4 \
        --keyword=by_fail:3 --keyword=by_reading_fail:2 --keyword=by_words:2 \
        --keyword=by_os_fail:3 --keyword=by_store_fail:3 --keyword=fail_column:3 --keyword=by_defining_fail:2 \
        --flag=_:1:pass-c-format --flag=N_:1:pass-c-format --flag=P_:1:pass-c-format --flag=P_:2:pass-c-format \
        --flag=pool_format:2:c-format --flag=counted:3:c-format --flag=counted:4:c-format \
        --flag=by_fail:3:c-format --flag=by_reading_fail:2:c-format --flag=by_words:2:pass-c-format \
        --flag=by_os_fail:3:c-format --flag=fail_column:3:c-format --flag=by_defining_fail:2:c-format --flag=by_buffer_append_format:2:c-format \
        --output="$1" $(find cli src -name '*.[ch]' | LC_ALL=C sort)
    LC_ALL=C xgettext --language=C --from-code=UTF-8 --join-existing --sort-by-file --add-location=file --no-wrap \
        --package-name=banyan --msgid-bugs-address=contributors@banyan.invalid --keyword --keyword=X:4 --output="$1" include/banyan/status.h
    # without the date: a file changes when its texts do
    sed -i -e 's/charset=CHARSET/charset=UTF-8/' -e '/^"POT-Creation-Date/d' "$1"
}
languages() { sed 's/#.*//' po/LINGUAS; }

case ${1:-} in
--template)
    template "$2"
    ;;
--check)
    template "$work/banyan.pot"
    status=0
    for language in $(languages); do
        msgmerge --quiet --no-fuzzy-matching --no-wrap --sort-by-file --add-location=file \
            --output-file="$work/$language.po" "po/$language.po" "$work/banyan.pot"
        untranslated=$(msgattrib --untranslated "$work/$language.po" | grep -c '^msgid "' || true)
        fuzzy=$(msgattrib --only-fuzzy "$work/$language.po" | grep -c '^msgid "' || true)
        obsolete=$(grep -c '^#~ msgid' "$work/$language.po" || true)
        echo "$language: $untranslated untranslated, $fuzzy fuzzy, $obsolete no longer in the sources"
        msgfmt --check --statistics --output-file=/dev/null "$work/$language.po"
        [ "$untranslated$fuzzy$obsolete" = 000 ] || status=1
    done
    [ $status = 0 ] || echo 'run po/update.sh, then translate what it has added to po/*.po'
    exit $status
    ;;
'')
    template "$work/banyan.pot"
    for language in $(languages); do
        [ -f "po/$language.po" ] ||
            msginit --no-translator --locale="$language" --no-wrap --input="$work/banyan.pot" --output-file="po/$language.po"
        msgmerge --quiet --update --backup=none --no-wrap --sort-by-file --add-location=file \
            "po/$language.po" "$work/banyan.pot"
        printf '%s: ' "$language"
        msgfmt --check --statistics --output-file=/dev/null "po/$language.po"
    done
    ;;
*)
    echo 'usage: po/update.sh [--template FILE | --check]' >&2
    exit 2
    ;;
esac
