-- One event of GCRA. KEYS[1]: the theoretical arrival time, in microseconds since 1970 (below 2^53, so exact).
-- ARGV: now and the interval in microseconds, the burst. Returns {1 or 0, the tat that the decision is from, retry after}.
local now, interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local next = tat + interval
local allow_at = next - interval * burst
if allow_at > now then
  return {0, string.format('%.0f', tat), string.format('%.0f', allow_at - now)}
end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
return {1, string.format('%.0f', next), '0'}
