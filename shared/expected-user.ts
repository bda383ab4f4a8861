/**
 * The header by which a browser says whose request this is: the account's id. When somebody else is signed in by then,
 * as in another tab, the request is refused (412 `account_changed`) and nothing is done in their name.
 */
export const expectedUserHeader = 'Expected-User-Id'
