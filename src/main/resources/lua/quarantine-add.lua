#!lua
-- Adds what one instance has set aside to what all have: a move as a whole, once. A full Redis
-- refuses it, for it waits as well where it is.
--
--   KEYS: items, index, totals (see quarantine.lua)
--   ARGV: instance, number of the move, most bytes, texts
--
-- Answers done; full, when there are so many bytes already; or the number of a later move.

local call = redis.call
local items, index, totals = KEYS[1], KEYS[2], KEYS[3]
local number = tonumber(ARGV[2])
local mark = call('HGET', totals, 'move:' .. ARGV[1])
local seen = tonumber(mark or '0')

if seen > number then return mark end
if seen < number then
  if tonumber(call('HGET', totals, 'bytes') or '0') >= tonumber(ARGV[3]) then return 'full' end
  local bytes = 0
  for i = 4, #ARGV do
    local id = string.format('%d', call('HINCRBY', totals, 'last', 1))
    call('HSET', items, id, ARGV[i])
    call('ZADD', index, id, id)
    bytes = bytes + #ARGV[i]
  end
  call('HINCRBY', totals, 'set_aside', #ARGV - 3)
  call('HINCRBY', totals, 'bytes', bytes)
end
-- Written again for a move that is known, too: then the caller can wait until a replica has it.
call('HSET', totals, 'move:' .. ARGV[1], ARGV[2])
return 'done'
