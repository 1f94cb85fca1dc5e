# Read after the user's own config.fish: the environment's programs first again, and its prompt.
set -gx CONDA_PREFIX $TERRARIUM_PREFIX
set -gx CONDA_DEFAULT_ENV (string split / -- $TERRARIUM_ENVIRONMENT)[-1]
set -gx PATH $TERRARIUM_PREFIX/bin (string match -v -- $TERRARIUM_PREFIX/bin $PATH)
if functions -q fish_prompt
    functions -c fish_prompt __terrarium_fish_prompt
else
    function __terrarium_fish_prompt
        echo -n '> '
    end
end
function fish_prompt
    echo -n $TERRARIUM_PROMPT
    __terrarium_fish_prompt
end
