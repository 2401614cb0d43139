import { getRouteApi } from '@tanstack/react-router';
import { ApiKeys } from '../components/api-keys';
import { accountGroups } from '../permissions';

const route = getRouteApi('/signed-in/a/$account/settings/api-keys');

export function AccountKeysScreen() {
  const { account } = route.useParams();
  return <ApiKeys holder={{ account }} groups={accountGroups} />;
}
