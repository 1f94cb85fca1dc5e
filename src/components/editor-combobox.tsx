import React, { useEffect, useRef, useState } from 'react';

/** One offer of a combobox. */
export interface IOption {
  value: string;
  label: string;
  detail?: string;
}

/** What a combobox needs. */
export interface IComboBoxProps {
  id: string;
  label: string;
  text: string;
  options: readonly IOption[];
  /** The text was typed. */
  onText: (text: string) => void;
  /** An offer was taken, or Enter was pressed on what was typed. */
  onTake: (value: string, offered: boolean) => void;
  /** The field was left. */
  onLeave?: () => void;
  onOpen?: () => void;
  /** Escape was pressed while no offers were shown. */
  onEscape?: () => void;
  /** What is shown in place of offers: that there are none, or are still being fetched. */
  note?: string;
  placeholder?: string;
  invalid?: boolean;
  describedBy?: string;
  className?: string;
  /** Marks the field for those who look for it, e.g. after the last row was removed. */
  action?: string;
}

/**
 * An editable combobox with a list of offers, after the ARIA pattern of that name.
 *
 * The focus stays in the field; arrows move through the offers, Enter takes one, Escape closes.
 */
export function ComboBox(props: IComboBoxProps): JSX.Element {
  const { id, options } = props;
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const list = useRef<HTMLUListElement>(null);
  const shown = open && (options.length > 0 || !!props.note);

  useEffect(() => setActive(-1), [props.text]);
  useEffect(() => {
    const item = list.current?.children[active];
    item?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  useEffect(() => {
    if (shown) {
      list.current?.parentElement?.scrollIntoView({ block: 'nearest' });
    }
  }, [shown, options.length]);

  const show = () => {
    if (!open) {
      props.onOpen?.();
      setOpen(true);
    }
  };
  const take = (value: string, offered: boolean) => {
    setOpen(false);
    setActive(-1);
    props.onTake(value, offered);
  };
  const move = (by: number) => {
    show();
    const count = options.length;
    if (count > 0) {
      setActive(before =>
        before < 0 ? (by > 0 ? 0 : count - 1) : (before + by + count) % count
      );
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const option = shown ? options[active] : undefined;
      take(option?.value ?? props.text, option !== undefined);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (shown) {
        setOpen(false);
      } else {
        props.onEscape?.();
      }
    }
  };

  return (
    <div className={`jp-TerrariumEditor-combobox ${props.className ?? ''}`}>
      <input
        id={id}
        type="text"
        role="combobox"
        className="jp-mod-styled"
        data-action={props.action}
        aria-label={props.label}
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={
          shown && options[active] ? `${id}-${active}` : undefined
        }
        aria-invalid={props.invalid || undefined}
        aria-describedby={props.describedBy}
        placeholder={props.placeholder}
        spellCheck={false}
        autoComplete="off"
        value={props.text}
        onChange={event => {
          show();
          props.onText(event.target.value);
        }}
        onClick={show}
        onBlur={() => {
          setOpen(false);
          props.onLeave?.();
        }}
        onKeyDown={onKeyDown}
      />
      <div className="jp-TerrariumEditor-offers" hidden={!shown}>
        <ul
          id={`${id}-list`}
          ref={list}
          role="listbox"
          aria-label={props.label}
        >
          {options.map((option, index) => (
            <li
              key={option.value}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              // The field keeps the focus, else it would be left before the click arrives.
              onMouseDown={event => event.preventDefault()}
              onClick={() => take(option.value, true)}
            >
              <span>{option.label}</span>
              {option.detail && (
                <span className="jp-TerrariumEditor-offerDetail">
                  {option.detail}
                </span>
              )}
            </li>
          ))}
        </ul>
        {props.note && (
          <div className="jp-TerrariumEditor-offerNote" role="status">
            {props.note}
          </div>
        )}
      </div>
    </div>
  );
}
