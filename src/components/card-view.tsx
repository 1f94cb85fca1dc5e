import { Clipboard, Notification } from '@jupyterlab/apputils';
import React from 'react';
import type { ICardSource } from '../card-source';
import { readiness, sizes, whoShares } from '../card-words';
import { shortDigest } from '../format';
import type { Card } from '../types';
import { CardActions, type ICardNotebooks } from './card-actions';
import { CardNotebook } from './card-notebook';
import { useTerrarium } from './context';
import { Markdown } from './markdown';
import { MessageView } from './message-view';
import { useCard } from './use-card';

/** An environment that somebody shares, before anything runs. */
export function CardView(props: {
  source: ICardSource;
  notebooks: ICardNotebooks;
  /** Why the card is shown, where nobody opened a link. */
  lead?: string;
  /** What the tab is called, once that is known. */
  onName: (name: string) => void;
}): JSX.Element {
  const { trans } = useTerrarium();
  const state = useCard(props.source);
  const { card, error } = state;
  const name = card?.notebook || card?.name || '';
  React.useEffect(() => {
    if (name) {
      props.onName(name);
    }
  }, [name]);
  if (!card) {
    return (
      <div className="jp-Terrarium-card">
        {props.lead && <p className="jp-Terrarium-cardLead">{props.lead}</p>}
        {error ? (
          <MessageView message={error} alert />
        ) : (
          <div className="jp-Terrarium-loading" role="status">
            {trans.__('Looking where this link leads…')}
          </div>
        )}
      </div>
    );
  }
  return (
    <article
      className="jp-Terrarium-card"
      aria-label={
        card.notebook
          ? trans.__('Shared notebook %1', card.notebook)
          : trans.__('Shared environment %1', card.name)
      }
      aria-busy={state.busy || state.awaited}
    >
      {props.lead && <p className="jp-Terrarium-cardLead">{props.lead}</p>}
      <CardHeader card={card} />
      <CardActions
        source={props.source}
        state={state}
        notebooks={props.notebooks}
      />
      <div role="status" className="jp-Terrarium-cardStatus">
        {state.awaited
          ? trans.__('It is being built here; the notebook opens by itself.')
          : ''}
      </div>
      {error && <MessageView message={error} alert />}
      {card.note && (
        <blockquote className="jp-Terrarium-cardNote">{card.note}</blockquote>
      )}
      {card.description && <Markdown text={card.description} />}
      {card.notebook && (
        <CardNotebook source={props.source} name={card.notebook} />
      )}
      <CardPackages card={card} />
      <CardFacts card={card} />
    </article>
  );
}

function CardHeader(props: { card: Card }): JSX.Element {
  const { trans } = useTerrarium();
  const { card } = props;
  const version =
    card.version === null
      ? ''
      : card.always_current
        ? trans.__('version %1, always the current one', card.version)
        : trans.__('version %1', card.version);
  return (
    <header className="jp-Terrarium-cardHeader">
      <p className="jp-Terrarium-cardWho">{whoShares(card, trans)}</p>
      <h2>
        {card.namespace && (
          <span className="jp-Terrarium-detailsNamespace">
            {card.namespace} / {''}
          </span>
        )}
        {card.name}
      </h2>
      {card.title && (
        <p className="jp-Terrarium-detailsSubtitle">{card.title}</p>
      )}
      <p className="jp-Terrarium-cardState">
        <strong data-ready={card.ready}>{readiness(card, trans)}</strong>
        {[version, card.headline].filter(Boolean).map(text => (
          <span key={text}>{text}</span>
        ))}
      </p>
    </header>
  );
}

function CardPackages(props: { card: Card }): JSX.Element {
  const { trans } = useTerrarium();
  const { packages, package_count: count } = props.card;
  const more = count - packages.length;
  return (
    <section aria-label={trans.__('Packages')}>
      <h3>{trans.__('Packages')}</h3>
      <ul className="jp-Terrarium-cardPackages">
        {packages.map(item => (
          <li key={item.name} data-requested={item.requested}>
            {item.name}{' '}
            <span className="jp-Terrarium-cardVersion">{item.version}</span>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className="jp-Terrarium-tableNote">
          {trans._n('and %1 more', 'and %1 more', more)}
        </p>
      )}
    </section>
  );
}

function CardFacts(props: { card: Card }): JSX.Element {
  const { trans } = useTerrarium();
  const { card } = props;
  const facts: [string, React.ReactNode][] = [
    [trans.__('Channels'), card.channels.join(', ')],
    [trans.__('Platforms'), card.platforms.join(', ')],
    [trans.__('Size'), sizes(card, trans)],
    [
      trans.__('Lock digest'),
      card.lock_digest && <Digest digest={card.lock_digest} />
    ]
  ];
  return (
    <dl className="jp-Terrarium-facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
    </dl>
  );
}

/** The first digits; the whole of it is copied. */
function Digest(props: { digest: string }): JSX.Element {
  const { trans } = useTerrarium();
  return (
    <>
      <code title={props.digest}>{shortDigest(props.digest)}</code>{' '}
      <button
        type="button"
        className="jp-Terrarium-link"
        aria-label={trans.__('Copy the lock digest')}
        onClick={() => {
          Clipboard.copyToSystem(props.digest);
          Notification.info(trans.__('Copied the lock digest.'), {
            autoClose: 3000
          });
        }}
      >
        {trans.__('Copy')}
      </button>
    </>
  );
}
