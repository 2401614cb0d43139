export const importsKey = (account: string) => ['account', account, 'imports'] as const;
export const importKey = (account: string, id: string) => ['account', account, 'import', id] as const;
