# As bashrc beside this directory: the user's start file first, then the environment again.
ZDOTDIR=$TERRARIUM_ZDOTDIR
__terrarium_env=$(export -p)
if [[ -f $ZDOTDIR/.zshrc ]]; then source $ZDOTDIR/.zshrc; fi
__terrarium_path=$PATH
eval $__terrarium_env
if [[ $__terrarium_path == $TERRARIUM_PREFIX/bin:* ]]; then
  PATH=$__terrarium_path
else
  PATH=$TERRARIUM_PREFIX/bin:$__terrarium_path
fi
PS1=$TERRARIUM_PROMPT$PS1
unset __terrarium_env __terrarium_path
