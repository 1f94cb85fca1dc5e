# Read after the user's own config.fish: the environment's programs first again, and its prompt.
set -gx CONDA_PREFIX $TERRARIUM_PREFIX
set -gx PATH $TERRARIUM_PREFIX/bin (string match -v -- $TERRARIUM_PREFIX/bin $PATH)
functions -c fish_prompt __terrarium_fish_prompt
function fish_prompt
    echo -n $TERRARIUM_PROMPT
    __terrarium_fish_prompt
end
