#!lua flags=allow-oom
-- What all instances have set aside; where they share one Redis. A full Redis must be able to let
-- go of it: allow-oom. What adds to it is quarantine-add.lua.
--
--   page    KEYS: items, index, totals;              ARGV: page, after, most items, most bytes
--   get     the same;                                ARGV: get, id
--   totals  the same;                                ARGV: totals
--   repair  the same;                                ARGV: repair, id, revision, text
--   discard the same;                                ARGV: discard, ids
--   settle  KEYS: items, index, totals, list, lists; ARGV: settle, then of each: id, revision,
--           what (refused, queue, empty), the text of it from now on, or the entry to be queued
--
-- items is a hash: id -> text, which begins with its revision. index is a sorted set of the ids.
-- totals is a hash: last (id), set_aside, replayed, discarded, bytes (of texts) and move:<instance>.

local call = redis.call
local operation = ARGV[1]
local items, index, totals = KEYS[1], KEYS[2], KEYS[3]

local function grown(bytes) call('HINCRBY', totals, 'bytes', bytes) end

-- Its text, if it still has the revision.
local function find(id, revision)
  local text = call('HGET', items, id)
  return text and text:match('^%d+') == revision and text
end

local function replace(id, before, text)
  call('HSET', items, id, text)
  grown(#text - #before)
end

local function remove(id, text)
  call('HDEL', items, id)
  call('ZREM', index, id)
  grown(-#text)
end

-- Answers whether that was all, then ids and texts.
if operation == 'page' then
  local most, room = tonumber(ARGV[3]), tonumber(ARGV[4])
  local ids = call('ZRANGE', index, '(' .. ARGV[2], '+inf', 'BYSCORE', 'LIMIT', 0, most + 1)
  local answer = {'all'}
  for i, id in ipairs(ids) do
    if i > most or room <= 0 then
      answer[1] = 'more'
      break
    end
    local text = call('HGET', items, id) or ''
    room = room - #text
    answer[#answer + 1] = id
    answer[#answer + 1] = text
  end
  return answer
end

if operation == 'get' then return call('HMGET', items, ARGV[2]) end

if operation == 'totals' then
  local counts = call('HMGET', totals, 'set_aside', 'replayed', 'discarded')
  local newest = call('ZRANGE', index, 0, 0, 'REV')
  return {counts[1] or '0', call('ZCARD', index), counts[2] or '0', counts[3] or '0', newest[1] or '0'}
end

if operation == 'repair' then
  local before = find(ARGV[2], ARGV[3])
  if not before then return 0 end
  replace(ARGV[2], before, ARGV[4])
  return 1
end

if operation == 'discard' then
  local gone = 0
  for i = 2, #ARGV do
    local text = call('HGET', items, ARGV[i])
    if text then
      remove(ARGV[i], text)
      gone = gone + 1
    end
  end
  if gone > 0 then call('HINCRBY', totals, 'discarded', gone) end
  return gone
end

-- Answers which of them, from 0 on, were still as they had been tried. What is to be queued is in
-- flight from the same moment on, so whoever has it takes it to the store, whatever happens.
if operation == 'settle' then
  local list, lists = KEYS[4], KEYS[5]
  local settled, replayed, queued = {}, 0, 0
  for i = 2, #ARGV, 4 do
    local id, what, text = ARGV[i], ARGV[i + 2], ARGV[i + 3]
    local before = find(id, ARGV[i + 1])
    if before then
      settled[#settled + 1] = (i - 2) / 4
      if what == 'refused' then
        replace(id, before, text)
      else
        if what == 'queue' then
          call('LPUSH', list, text)
          queued = queued + 1
        end
        remove(id, before)
        replayed = replayed + 1
      end
    end
  end
  if queued > 0 then call('SADD', lists, list) end
  if replayed > 0 then call('HINCRBY', totals, 'replayed', replayed) end
  return settled
end

return redis.error_reply('ERR unknown operation ' .. tostring(operation))
