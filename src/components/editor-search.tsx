import React, { useEffect, useState } from 'react';

import { ApiProblem } from '../api';
import { addPackage } from '../spec-edits';
import { joinPackage, splitPackage } from '../spec-yaml';
import type { PackageHit } from '../types';
import { channelName } from '../format';
import { ComboBox } from './editor-combobox';
import { useEditor } from './editor-context';

/** Milliseconds without typing before the index is searched. */
const PATIENCE = 80;
const MOST = 20;

interface ISearch {
  query: string;
  hits: readonly PackageHit[];
  note: string;
}

const NOTHING: ISearch = { query: '', hits: [], note: '' };

/** Finds packages in the channels' indexes, and adds the one that is taken. */
export function PackageSearchField(props: { id: string }): JSX.Element {
  const { model, trans } = useEditor();
  const [text, setText] = useState('');
  const [added, setAdded] = useState('');
  const wanted = splitPackage(text);
  const search = useSearch(wanted.name);

  const present = model.form.packages;
  const take = (value: string, offered: boolean) => {
    const name = offered ? value : wanted.name;
    if (name === '') {
      return;
    }
    // `numpy>=2` keeps its constraint whichever way the name was taken.
    const entry = joinPackage(wanted.channel, name, wanted.constraint);
    const known = present.some(item => item.name === name);
    setAdded(
      known
        ? trans.__('%1 is in the list already', name)
        : trans.__('%1 added', name)
    );
    setText('');
    if (!known) {
      model.edit(addPackage(entry));
    }
  };

  return (
    <div className="jp-TerrariumEditor-search">
      <ComboBox
        id={props.id}
        action="add"
        label={trans.__('Search packages to add')}
        placeholder={trans.__('Search packages, e.g. numpy or python=3.12')}
        text={text}
        options={search.hits.map(hit => ({
          value: hit.name,
          label: hit.name,
          detail: [hit.latest, channelName(hit.channel)]
            .filter(part => part !== '')
            .join(' · ')
        }))}
        note={search.note}
        onText={value => {
          setText(value);
          setAdded('');
        }}
        onTake={take}
        onEscape={() => setText('')}
      />
      <div className="jp-TerrariumEditor-said" role="status" aria-live="polite">
        {added}
      </div>
    </div>
  );
}

/** What the channels have for *query*; an older answer never replaces a newer one. */
function useSearch(query: string): ISearch {
  const { model, trans } = useEditor();
  const [search, setSearch] = useState(NOTHING);
  const channels = model.channels.join(' ');
  useEffect(() => {
    if (query === '') {
      setSearch(NOTHING);
      return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const options = {
      query,
      channels: model.channels,
      platform: model.platform,
      limit: MOST
    };
    const timer = window.setTimeout(async () => {
      try {
        const answer = await model.api.searchPackages(options, signal);
        if (!signal.aborted) {
          const hits = answer.packages;
          const none = trans.__('No package of this name in the channels.');
          setSearch({ query, hits, note: hits.length > 0 ? '' : none });
        }
      } catch (error) {
        if (!signal.aborted) {
          const words =
            error instanceof ApiProblem ? error.message : String(error);
          setSearch({ query, hits: [], note: words });
        }
      }
    }, PATIENCE);
    return () => {
      window.clearTimeout(timer);
      controller.abort();
    };
  }, [model, query, channels]);
  return search;
}
