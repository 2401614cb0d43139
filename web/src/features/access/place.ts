/** Where people, roles and keys are held: in the agency itself, or in the sub-account with this id. */
export type Place = { agency: true } | { account: string };

export const agencyPlace: Place = { agency: true };
