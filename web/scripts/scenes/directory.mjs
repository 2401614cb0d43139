/** [name, path, options of the fake API, what to do before the picture] */
export default [
  ['sub-accounts', '/agency/sub-accounts'],
  ['sub-accounts-empty', '/agency/sub-accounts', { contacts: 0 }],
  ['sub-account-stalled', '/agency/sub-accounts?panel=lake-auto'],
  ['sub-account-new', '/agency/sub-accounts?create=true'],
];
