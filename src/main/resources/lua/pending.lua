#!lua flags=allow-oom
-- The queue of finished windows. A full Redis must be able to hand out what fills it: allow-oom.
--
--   take      KEYS: queue, batch, oversized, lists (or none); ARGV: take, most entries, most bytes
--   release   KEYS: queue, batch, lists;     ARGV: release, entries to be queued again
--   taken     KEYS: archives;                ARGV: taken, the revision of each
--   collected KEYS: archives;                ARGV: collected, the revision of each
--   lists     KEYS: lists
--   archives  KEYS: a list;                  ARGV: archives, entries to skip from its tail, most
--   add       KEYS: queue;                   ARGV: add, entries
--   alive     KEYS: an instance's beat;      ARGV: alive, seconds that it lives without another
--   adopt     KEYS: the owner's beat, its batch, the batch that becomes of it, lists (or none)
--
-- lists is a set with the names of all batches in flight; kept only where instances share the queue.

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
  if KEYS[4] and #taken > 0 then call('SADD', KEYS[4], batch) end
  return taken
end

-- The batch is where it belongs. What somebody else has written again meanwhile goes there once more.
if operation == 'release' then
  if #ARGV > 1 then call('LPUSH', KEYS[1], unpack(ARGV, 2)) end
  call('UNLINK', KEYS[2])
  return call('SREM', KEYS[3], KEYS[2])
end

-- Says in an archive which revision of it somebody has taken in hand (~1), or has on disk (1); never an
-- older one than before.
if operation == 'taken' or operation == 'collected' then
  for i, archive in ipairs(KEYS) do
    local revision = tonumber(ARGV[i + 1])
    if call('TYPE', archive).ok == 'hash' then
      local mark = call('HGET', archive, 'hissrv:collected') or '-1'
      local marked = tonumber((mark:gsub('^~', ''))) or -1
      local in_hand = '~' .. ARGV[i + 1]
      if marked < revision or mark == in_hand then
        call('HSET', archive, 'hissrv:collected', operation == 'taken' and in_hand or ARGV[i + 1])
      end
    end
  end
  return #KEYS
end

if operation == 'lists' then return call('SMEMBERS', KEYS[1]) end

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
  if call('EXISTS', beat) == 1 then return 0 end
  if KEYS[4] then call('SREM', KEYS[4], theirs) end
  if call('TYPE', theirs).ok ~= 'list' then return 0 end
  call('RENAME', theirs, ours)
  if KEYS[4] then call('SADD', KEYS[4], ours) end
  return call('LLEN', ours)
end

return redis.error_reply('ERR unknown operation ' .. tostring(operation))
