export const contactsKey = (account: string) => ['account', account, 'contacts'] as const;
export const contactKey = (account: string, id: string) => ['account', account, 'contact', id] as const;
