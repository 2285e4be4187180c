import { ViewError, queryWithView, viewOfQuery } from './client/essaim.js';

/** Parameters of the page itself; the view's are the protocol's. Older links say `encoding`. */
const OWN = /^(encoding|form|follow|smooth)(=|$)/;

/** What frames come in unless another form is asked for. */
const FORM = 'delta';

/**
 * What the page's address says is to be shown: the view, its form, the agent to follow, whether motion is smooth.
 * What it says wrongly is left out, and `error` says what is wrong with it.
 */
export function readLink() {
  const said = new URLSearchParams(location.search);
  const follow = said.get('follow') ?? '';
  const link = {
    form: said.get('encoding') === 'json' ? 'json' : FORM,
    view: {},
    follow: /^\d{1,10}$/.test(follow) ? Number(follow) : undefined,
    smooth: said.get('smooth') !== 'off',
    error: undefined,
  };
  try {
    const { form, ...view } = viewOfQuery(location.search);
    if (form !== undefined) link.form = form;
    link.view = view;
  } catch (error) {
    if (!(error instanceof ViewError)) throw error;
    link.error = error;
  }
  return link;
}

/** Takes the token out of the address' fragment, which goes to no server and into no link; undefined when there is none. */
export function takeToken() {
  const [, written] = /^#(?:.*&)?token=([^&]*)/.exec(location.hash) ?? [];
  if (written === undefined) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  try {
    return decodeURIComponent(written);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return written;
  }
}

/** Puts into the address what is shown, so that it can be shared and loaded again. */
export function writeLink({ form, view, follow, smooth }) {
  const others = location.search
    .slice(1)
    .split('&')
    .filter((parameter) => parameter !== '' && !OWN.test(parameter))
    .join('&');
  const query = [queryWithView(others, view)];
  if (form !== FORM) query.push(`form=${form}`);
  if (follow !== undefined) query.push(`follow=${follow}`);
  if (!smooth) query.push('smooth=off');
  const text = query.filter((part) => part !== '').join('&');
  history.replaceState(null, '', text === '' ? location.pathname : `?${text}`);
}
