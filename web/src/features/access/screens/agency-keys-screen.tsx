import { ApiKeys } from '../components/api-keys';
import { agencyScopes } from '../model';

export function AgencyKeysScreen() {
  return <ApiKeys holder={{ agency: true }} scopes={agencyScopes} />;
}
