export const webhooksKey = (account: string) => ['account', account, 'webhooks'] as const;
export const deliveriesKey = (account: string, webhook: string) =>
  ['account', account, 'webhook', webhook, 'deliveries'] as const;
