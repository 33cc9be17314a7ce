#!lua flags=allow-oom
-- The queue of finished windows. A full Redis must be able to hand out what fills it: allow-oom.
--
--   take      KEYS: queue, batch, oversized; ARGV: take, most entries, most bytes
--   archives  KEYS: a list;                  ARGV: archives, entries to skip from its tail, most

local call = redis.call
local operation = ARGV[1]

-- Moves the oldest entries into the batch and answers them, oldest first. It ends with the entry
-- that reaches the bytes. One that is larger all by itself goes to oversized, whole; what stands for
-- it in the batch is "oversized:<bytes>:<its beginning>".
if operation == 'take' then
  local queue, batch, oversized = KEYS[1], KEYS[2], KEYS[3]
  local most, most_bytes = tonumber(ARGV[2]), tonumber(ARGV[3])
  local taken, bytes = {}, 0
  while #taken < most and bytes < most_bytes do
    local entry = call('LMOVE', queue, batch, 'RIGHT', 'LEFT')
    if not entry then break end
    if #entry > most_bytes then
      call('LMOVE', batch, oversized, 'LEFT', 'LEFT')
      entry = string.format('oversized:%d:%s', #entry, entry:sub(1, 200))
      call('LPUSH', batch, entry)
    end
    taken[#taken + 1] = entry
    bytes = bytes + #entry
  end
  return taken
end

-- Answers the entries that name an archive, and never a document: those may be large.
if operation == 'archives' then
  local found = {}
  local skip, most = tonumber(ARGV[2]), tonumber(ARGV[3])
  for i = skip + 1, skip + most do
    local entry = call('LINDEX', KEYS[1], -i)
    if not entry then break end
    if entry:sub(1, 8) == 'archive:' and #entry < 1024 then found[#found + 1] = entry end
  end
  return found
end

return redis.error_reply('ERR unknown operation ' .. tostring(operation))
