export const companiesKey = (account: string) => ['account', account, 'companies'] as const;
export const companyKey = (account: string, id: string) => ['account', account, 'company', id] as const;
export const companyContactsKey = (account: string, id: string) =>
  [...companyKey(account, id), 'contacts'] as const;
