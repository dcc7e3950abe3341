# Sourced by script/set-up: USWDS and HTMX, from their npm packages into the folder Django serves.
# Nothing of theirs is committed; of 19 MB only the style sheet, scripts, used fonts and icons are taken.

vendor=src/levee/web/static/vendor

has_node() {
    command -v npm >/dev/null && command -v node >/dev/null && (($(node -p 'parseInt(process.versions.node)') >= 20))
}

take_front_end() {
    local uswds=node_modules/@uswds/uswds fresh=$vendor.new file
    rm -rf "$fresh"
    mkdir -p "$fresh"/uswds/{css,js,img} "$fresh"/htmx
    cp $uswds/dist/css/uswds.min.css "$fresh/uswds/css/"
    cp $uswds/dist/js/uswds.min.js $uswds/dist/js/uswds-init.min.js "$fresh/uswds/js/"
    cp $uswds/dist/img/sprite.svg "$fresh/uswds/img/"
    cp $uswds/LICENSE.md "$fresh/uswds/"
    cp node_modules/htmx.org/dist/htmx.min.js "$fresh/htmx/"
    cp node_modules/htmx.org/LICENSE "$fresh/htmx/"
    # Fonts and pictures: exactly those that the style sheet names, so that hashing static files finds each.
    grep -o 'url([^)]*)' "$fresh/uswds/css/uswds.min.css" | grep -o '\.\./[^)"]*' | sort -u | while read -r file; do
        install -D -m 0644 "$uswds/dist/css/$file" "$fresh/uswds/${file#../}"
    done
    # Source maps stay behind, and so must their mention, or hashing looks for them.
    find "$fresh" \( -name '*.js' -o -name '*.css' \) -exec sed -i 's/[/][/*]# sourceMappingURL=[^ *]*\( \*\/\)\?//' {} +
    rm -rf "$vendor"
    mkdir -p "$(dirname "$vendor")"
    mv "$fresh" "$vendor"
}

install_front_end() {
    local want
    if ! has_node; then
        wheels requirements-node.lock "Node.js (none of version 20 or newer was found)"
        PATH=$PWD/.venv/bin:$PATH
    fi
    want=$(digest package.json package-lock.json .npmrc script/steps/front-end.sh)
    [[ -d $vendor && -d node_modules ]] && is_done front-end "$want" && return
    step "installing the front-end packages" npm ci --no-progress
    step "taking the front-end files" take_front_end
    mark_done front-end "$want"
}
