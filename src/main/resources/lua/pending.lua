#!lua flags=allow-oom
-- The queue of finished windows. A full Redis must be able to hand out what fills it: allow-oom.
--
--   take      KEYS: queue, batch, oversized; ARGV: take, most entries, most bytes
--   archives  KEYS: a list;                  ARGV: archives, entries to skip from its tail, most
--   add       KEYS: queue;                   ARGV: add, entries
--   alive     KEYS: an instance's beat;      ARGV: alive, seconds that it lives without another
--   adopt     KEYS: the owner's beat, its batch, the batch that becomes of it

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

if operation == 'add' then
  return call('LPUSH', KEYS[1], unpack(ARGV, 2))
end

if operation == 'alive' then
  call('SET', KEYS[1], '1', 'EX', ARGV[2])
  return 1
end

-- Answers how many entries were taken over; 0 when the owner is alive, or was quicker.
if operation == 'adopt' then
  local beat, theirs, ours = KEYS[1], KEYS[2], KEYS[3]
  if call('EXISTS', beat) == 1 or call('TYPE', theirs).ok ~= 'list' then return 0 end
  call('RENAME', theirs, ours)
  return call('LLEN', ours)
end

return redis.error_reply('ERR unknown operation ' .. tostring(operation))
