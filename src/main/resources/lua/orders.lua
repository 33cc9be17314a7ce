#!lua flags=allow-oom
-- What people order to be deleted or corrected, for all instances. A full Redis must not bring back what was deleted: allow-oom.
--
--   KEYS: orders (hash: first, last: the numbers of the orders that are there; o<n>: when it was given (epoch s) and what it says;
--         bytes: of all of them; a:<instance>: up to which number it has carried them out, and its identity)
--   ARGV: the number that last must be, now (epoch s), the order, how long one lasts (s), most orders, most bytes of them
--
-- Answers the order's number, or 0 where last is another: then nothing is changed. Orders beyond the bounds go, the oldest first.

local call = redis.call
local orders = KEYS[1]
local function number(field) return tonumber(call('HGET', orders, field) or '') or 0 end

local last = number('last')
if last ~= tonumber(ARGV[1]) then return 0 end

last = last + 1
local order = ARGV[2] .. ' ' .. ARGV[3]
call('HSET', orders, 'last', last, 'o' .. last, order)
call('EXPIRE', orders, ARGV[4])

local first, bytes = math.max(number('first'), 1), number('bytes') + #order
local earliest = tonumber(ARGV[2]) - tonumber(ARGV[4])
while first < last do
  local oldest = call('HGET', orders, 'o' .. first) or ''
  local given = tonumber(string.match(oldest, '^(%d+)') or '') or 0
  if last - first < tonumber(ARGV[5]) and bytes <= tonumber(ARGV[6]) and given >= earliest then break end
  call('HDEL', orders, 'o' .. first)
  bytes = bytes - #oldest
  first = first + 1
end
call('HSET', orders, 'first', first, 'bytes', bytes)
return last
