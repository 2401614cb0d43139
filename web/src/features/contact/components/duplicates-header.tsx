import type { ReactNode } from 'react';
import { LinkButton } from '@/ui/link-button';
import { PageHeader } from '@/ui/page-header';
import { TabLink } from '@/ui/tab-link';
import { TabLinks } from '@/ui/tab-links';

interface Props {
  account: string;
  /** What narrows the list. */
  children?: ReactNode;
}

/** The head of what is known of duplicates: those that are probable, and those that were told apart. */
export function DuplicatesHeader({ account, children }: Props) {
  return (
    <PageHeader
      title="Duplicates"
      actions={
        <LinkButton to="/a/$account/contacts" params={{ account }}>
          All contacts
        </LinkButton>
      }
    >
      <TabLinks label="Duplicates">
        <TabLink
          to="/a/$account/contacts/duplicates"
          params={{ account }}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          Probable
        </TabLink>
        <TabLink to="/a/$account/contacts/duplicates/apart" params={{ account }}>
          Told apart
        </TabLink>
      </TabLinks>
      {children}
    </PageHeader>
  );
}
