import React, { useEffect, useState } from 'react';

/**
 * A text field whose words count when its writer is done with them: Enter, or leaving it.
 * Escape takes back what was typed.
 */
export function DraftInput(props: {
  value: string;
  label: string;
  commit: (value: string) => void;
  placeholder?: string;
  className?: string;
  invalid?: boolean;
  describedBy?: string;
  inputRef?: React.Ref<HTMLInputElement>;
}): JSX.Element {
  const { value } = props;
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = () => {
    if (draft !== value) {
      props.commit(draft);
    }
  };
  return (
    <input
      ref={props.inputRef}
      type="text"
      className={`jp-mod-styled ${props.className ?? ''}`}
      value={draft}
      aria-label={props.label}
      aria-invalid={props.invalid || undefined}
      aria-describedby={props.describedBy}
      placeholder={props.placeholder}
      spellCheck={false}
      autoComplete="off"
      onChange={event => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={event => {
        if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
          event.preventDefault();
          commit();
        } else if (event.key === 'Escape' && draft !== value) {
          event.stopPropagation();
          setDraft(value);
        }
      }}
    />
  );
}

/** A field that adds what is typed on Enter, and is empty again. */
export function AddInput(props: {
  label: string;
  button: string;
  add: (value: string) => void;
  placeholder?: string;
}): JSX.Element {
  const [draft, setDraft] = useState('');
  const add = () => {
    if (draft.trim() !== '') {
      props.add(draft.trim());
      setDraft('');
    }
  };
  return (
    <div className="jp-TerrariumEditor-addRow">
      <input
        type="text"
        className="jp-mod-styled"
        data-action="add"
        value={draft}
        aria-label={props.label}
        placeholder={props.placeholder}
        spellCheck={false}
        autoComplete="off"
        onChange={event => setDraft(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
            event.preventDefault();
            add();
          }
        }}
      />
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-TerrariumEditor-smallButton"
        disabled={draft.trim() === ''}
        onClick={add}
      >
        {props.button}
      </button>
    </div>
  );
}
