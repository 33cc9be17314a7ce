#!lua flags=allow-oom
-- The run-time changes that all instances have in common. Few bytes, and needed most when something is wrong: allow-oom.
--
--   KEYS: config (hash: stamp, overlay: the changes as YAML, r<n>: the revision n as JSON)
--   ARGV: the stamp it must have ('' for none), the new stamp, overlay, most revisions, most bytes of them,
--         then for each revision its number and its text
--
-- Answers 1, or 0 where it has another stamp: then nothing is changed. Beyond the bounds the oldest revisions go.

local call = redis.call
local config = KEYS[1]

if (call('HGET', config, 'stamp') or '') ~= ARGV[1] then return 0 end

call('HSET', config, 'stamp', ARGV[2], 'overlay', ARGV[3])
for i = 6, #ARGV, 2 do call('HSET', config, 'r' .. ARGV[i], ARGV[i + 1]) end

local numbers, bytes = {}, 0
for _, field in ipairs(call('HKEYS', config)) do
  local number = tonumber(string.match(field, '^r(%d+)$') or '')
  if number then numbers[#numbers + 1] = number end
end
table.sort(numbers, function(a, b) return a > b end)
for rank, number in ipairs(numbers) do
  local field = string.format('r%.0f', number)
  bytes = bytes + call('HSTRLEN', config, field)
  if rank > tonumber(ARGV[4]) or (rank > 1 and bytes > tonumber(ARGV[5])) then call('HDEL', config, field) end
end
return 1
