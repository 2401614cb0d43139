import { remembered } from '@/lib/storage';

const saved = remembered('account');

export function rememberAccount(id: string): void {
  saved.set(id);
}

export function rememberedAccount(): string | null {
  return saved.get();
}
