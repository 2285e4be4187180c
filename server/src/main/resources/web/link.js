import { ViewError, queryWithView, viewOfQuery } from './client/essaim.js';

/** Parameters of the page itself; the view's are the protocol's. */
const OWN = /^(encoding|follow|smooth)(=|$)/;

/**
 * What the page's address says is to be shown: the view, the encoding, the agent to follow, whether motion is smooth.
 * What it says wrongly is left out, and `error` says what is wrong with it.
 */
export function readLink() {
  const said = new URLSearchParams(location.search);
  const follow = said.get('follow') ?? '';
  const link = {
    encoding: said.get('encoding') === 'json' ? 'json' : 'sbe',
    view: {},
    follow: /^\d{1,10}$/.test(follow) ? Number(follow) : undefined,
    smooth: said.get('smooth') !== 'off',
    error: undefined,
  };
  try {
    const { form, ...view } = viewOfQuery(location.search);
    if (form !== undefined) link.encoding = form === 'json' ? 'json' : 'sbe';
    link.view = view;
  } catch (error) {
    if (!(error instanceof ViewError)) throw error;
    link.error = error;
  }
  return link;
}

/** Puts into the address what is shown, so that it can be shared and loaded again. */
export function writeLink({ encoding, view, follow, smooth }) {
  const others = location.search
    .slice(1)
    .split('&')
    .filter((parameter) => parameter !== '' && !OWN.test(parameter))
    .join('&');
  const query = [queryWithView(others, view)];
  if (encoding === 'json') query.push('encoding=json');
  if (follow !== undefined) query.push(`follow=${follow}`);
  if (!smooth) query.push('smooth=off');
  const text = query.filter((part) => part !== '').join('&');
  history.replaceState(null, '', text === '' ? location.pathname : `?${text}`);
}
