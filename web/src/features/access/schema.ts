import { z } from '@/lib/zod';

export const joinSchema = z.object({
  password: z.string().check(z.minLength(1, 'Your password is needed.')),
  code: z.string().check(z.trim()),
});

export const invitationSchema = z.object({
  name: z
    .string()
    .check(z.trim(), z.minLength(1, 'Your name is needed.'), z.maxLength(100, 'At most 100 characters.')),
  password: z
    .string()
    .check(z.minLength(12, 'Twelve characters or more.'), z.maxLength(256, 'At most 256 characters.')),
});

export const newPasswordSchema = z.object({
  present: z.string(),
  password: z
    .string()
    .check(z.minLength(12, 'Twelve characters or more.'), z.maxLength(256, 'At most 256 characters.')),
});

export const apiKeySchema = z.object({
  name: z
    .string()
    .check(z.trim(), z.minLength(1, 'A name tells keys apart later.'), z.maxLength(100, 'That is too long.')),
  scopes: z.array(z.string()).check(z.minLength(1, 'A key without any right is of no use.')),
});

export type JoinForm = z.infer<typeof joinSchema>;
export type InvitationForm = z.infer<typeof invitationSchema>;
export type ApiKeyForm = z.infer<typeof apiKeySchema>;
export type NewPasswordForm = z.infer<typeof newPasswordSchema>;

export const oauthAppSchema = z.object({
  name: z
    .string()
    .check(
      z.trim(),
      z.minLength(1, 'People read it when they are asked.'),
      z.maxLength(120, 'That is too long.'),
    ),
  homepage: z.string().check(z.trim()),
  redirect_uris: z.string().check(z.trim(), z.minLength(1, 'At least one address, each in its own line.')),
  scopes: z.array(z.string()).check(z.minLength(1, 'An app without any right is of no use.')),
  confidential: z.boolean(),
});

export type OAuthAppForm = z.infer<typeof oauthAppSchema>;
