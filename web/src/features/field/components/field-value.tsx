import { useQuery } from '@tanstack/react-query';
import { fileAddress, fileQuery } from '@/features/file';
import type { CustomField } from '@/lib/api';
import { valueText } from '../value';
import { RecordName } from './record-name';

interface Props {
  account: string;
  field: CustomField;
  value: unknown;
}

/** A value to be read: as its kind is written, or as a link to what it names. */
export function FieldValue({ account, field, value }: Props) {
  const { data: file } = useQuery({ ...fileQuery(account, String(value)), enabled: field.kind === 'file' });
  const link = 'text-brand-ink underline underline-offset-2';
  switch (field.kind) {
    case 'reference':
      return <RecordName account={account} target={field.rules.target ?? 'contact'} id={String(value)} />;
    case 'file':
      return (
        <a href={fileAddress(account, String(value))} download className={link}>
          {file?.name ?? 'File'}
        </a>
      );
    case 'url':
      return /^https?:\/\//.test(String(value)) ? (
        <a href={String(value)} target="_blank" rel="noreferrer" className={link}>
          {String(value)}
        </a>
      ) : (
        String(value)
      );
    case 'long_text':
      return <span className="whitespace-pre-wrap">{String(value)}</span>;
    default:
      return <bdi>{valueText(field, value)}</bdi>;
  }
}
