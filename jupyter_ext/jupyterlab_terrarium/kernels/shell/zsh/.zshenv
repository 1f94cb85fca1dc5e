# ZDOTDIR leads here while `jupyter terrarium shell` starts; the user's own files are read all the same.
if [[ -f $TERRARIUM_ZDOTDIR/.zshenv ]]; then source $TERRARIUM_ZDOTDIR/.zshenv; fi
