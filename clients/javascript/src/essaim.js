/**
 * Client of an Essaim server, for browsers, workers and Node. No dependencies, no build.
 *
 * @module essaim
 */
export { EssaimClient } from './client.js';
export { State } from './connection.js';
export { MalformedMessageError } from './malformed-message-error.js';
export { EssaimPublisher, PublishResult } from './publisher.js';
export { RequestError } from './request-error.js';
export { StreamDecoder } from './stream-decoder.js';
export { ViewError, checkedView, queryWithView, viewOfQuery } from './view.js';
