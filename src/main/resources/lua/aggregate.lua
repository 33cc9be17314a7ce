-- Samples live hashes into open windows and closes windows into archives.
--
-- KEYS: the list that finished archives are queued in (archive:pending; on a Cluster one in the slot of
-- all the call's keys), then a group of keys for each source; all are declared. ARGV and groups:
--
--   sample           now, epoch, mode, interval (ms), number of keys per source (5 or 6), and for each
--                    source what it keeps more than the usual statistics: nothing, or {"hold": how long
--                    values hold (ms), "meters": {point id: [register's width, most per ms]}}, 0 where a
--                    meter has no such bound; "values": levels, blank separated, where functions need
--                    every value; "filters" (see judge); "stale": the age (ms) beyond which a value
--                    whose time is known is not good. Who does not know (cron) leaves them out, and it
--                    stays as it was
--                    live, src, acc, raw, archive of the 1m window that now is in; where there are 6,
--                    the hash of the values' times
--   append           now, epoch, mode, interval (ms), then for each source a row that the caller has read
--                    and packed, and the layout it was read with; nothing there stands for the layout of
--                    the source before. Adds the rows to windows that are open and have that layout; all
--                    others answer {read}, of sources that stood still {still}: sample knows what to do
--                    src, acc, raw of the 1m window that now is in; not the list
--   aggregate_LEVEL  now, epoch, mode, window's start and end (s), inputs (samples, archives or parts),
--                    their number of keys, then for each coarser level folded from this one: name,
--                    start of its window (s), end, fold or keep
--                    live, src, archive, the inputs' keys (acc and raw; the finer archives; the acc
--                    that keeps the parts), then the acc of each coarser level that keeps
--   functions        now, epoch, mode, level, window's start (s), the archive's revision, the functions'
--                    names, part, last or drop, points written by earlier parts, then for each point:
--                    id, how many values, what the functions gave ("median=1.5 mode=1")
--                    src, archive, then acc and raw of each minute whose rows nobody needs any more
--   judge            now, 0, replay, what "filters" and "stale" of sample are: what sample would tell of one
--                    source now; nothing is written
--                    live, and where there is one the hash of the values' times
--   open             now, 0, replay, a window's start and end (s): what closing a 1m window of one source
--                    would write now; nothing is written
--                    live, src, acc, raw, archive
--
-- now is in epoch ms, epoch is the lease's (0 = unfenced), mode is live, replay, or for sample also
-- forward: replay in which a sample before the window's last one, or for a closed window, is ignored.
--
-- src (hash, carried across windows): epoch, last (ms of the last sample closed), at (ms of the last
--   sample near a window's end, at first of the first one), edge, edge:ids and edge:start (the last window's
--   extended statistics), meters (the readings they were left at), more (see sample), kept (the last value kept of each point that has a
--   deadband, packed), still (its values mostly stayed the same), every (the interval of samples, ms),
--   closed:<level>, and open:<level>:<start> for each window that has something to close: 1, or
--   revised when only a late revision of a finer window opened it again; values:<level>:<start> for
--   each closed window that waits for its functions.
-- raw (string): rows of packed doubles not folded yet: time, then a value per field of the layout: NaN is
--   a sample that is not good; of sources that are judged, infinity is none at all.
-- acc of 1m (hash): layout (the rows' fields, joined, to be compared; see layout_of), fields (the same,
--   packed), ids (the fields folded so far), last (ms of the last row folded), more (see sample) and
--   stats: packed arrays of doubles over ids, one for each column. Text is read as a number once, in C.
--   Where functions need every value, raw keeps the rows that are folded, two hours beyond the close, and
--   acc has folded (bytes of raw that are) and rows:<byte> (the fields of the rows from there on: each
--   its length in four bytes, little-endian, and its name).
--   Of a source that is judged: judged (1), from which on infinity in a row is no value at all.
--   Of a source that stood still: dump (what DUMP gave for the live hash when it was read last) and row
--   (what was read then).
-- acc of a coarser level (hash), where finer archives expire before its window ends: ids, and per finer
--   window its start and its packed arrays over the first so many of these ids.
--
-- Answers an array with one element per source, described at each operation; a source for which
-- nothing was done answers {reason}: wrongtype, broken, wide, fenced, late, merged, soon.
--
-- Without KEYS, aggregate_1m and aggregate_5m find their sources themselves: see without_keys.

local TTL = 7200
local OPEN_TTL = 7 * 86400
local SRC_TTL = 30 * 86400
local FEWEST_ROWS = 10
local MOST_ROWS = 64
local VALUES_PER_FOLD = 6400
local CHUNK = 500
local NAMED = 100
local MOST_FIELDS = 20000
local MOST_MATCHED = 64

local pack, unpack_struct, rep, fmt, floor = struct.pack, struct.unpack, string.rep, string.format, math.floor
local call, tonumber, concat, byte = redis.call, tonumber, table.concat, string.byte
local pending = KEYS[1]
local operation, now, epoch, mode = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local forward = mode == 'forward'

-- Defined below.
local sample, engine, judge

local function window_start(ms, seconds)
  return floor(ms / (seconds * 1000)) * seconds
end

-- Whether this caller's lease on the source is out of date. A newer epoch is remembered.
local function fenced(src)
  if epoch == 0 then return false end
  local held = tonumber(call('HGET', src, 'epoch') or '0') or 0
  if epoch < held then return true end
  if epoch > held then call('HSET', src, 'epoch', fmt('%.0f', epoch)) end
  return false
end

local formats = {}
local function doubles(n)
  local f = formats[n]
  if not f then
    f = '<' .. rep('d', n)
    formats[n] = f
  end
  return f
end

local function pack_values(values)
  local n = #values
  if n <= CHUNK then return pack(doubles(n), unpack(values)) end
  local parts = {}
  for i = 1, n, CHUNK do
    local j = math.min(i + CHUNK - 1, n)
    parts[#parts + 1] = pack(doubles(j - i + 1), unpack(values, i, j))
  end
  return table.concat(parts)
end

-- One row: time and values. What is no number becomes NaN and is counted as junk when folded.
local function row_of(values)
  local n = #values
  local ok, packed
  if n < CHUNK then
    ok, packed = pcall(pack, doubles(n + 1), now, unpack(values))
    if ok then return packed end
  else
    ok, packed = pcall(pack_values, values)
  end
  if not ok then
    local numbers = {}
    for i = 1, #values do numbers[i] = tonumber(values[i]) or 0 / 0 end
    packed = pack_values(numbers)
  end
  return pack('<d', now) .. packed
end

-- A text that tells lists of fields apart. Joined by NUL, with their number: a name that holds a NUL
-- itself makes more of them, and such a list (unsafe) is never kept to be compared with.
local function layout_of(ids)
  return concat(ids, '\0') .. '\0' .. #ids
end

local function is_unsafe(layout, n)
  local _, nuls = layout:gsub('%z', '')
  return nuls ~= n
end

-- The newest window of a level that is closed. A start in the future is a clock's that was wrong.
local function closed_until(src, level, seconds)
  local closed = tonumber(call('HGET', src, 'closed:' .. level) or '-1') or -1
  if mode == 'live' and (closed + seconds) * 1000 > now then return -1 end
  return closed
end

-- Whether somebody else (another instance, cron) sampled less than half an interval ago, or has just
-- been quicker with a time read later. A clock that stepped back by more is no sampler.
local function is_soon(last, interval)
  return last ~= nil and now - last < interval / 2 and (forward or last - now < interval / 2)
end

-- When the open window was sampled last: a row's first double is its time. Places as text, for Redis
-- writes a number with all its digits first.
local places = {}
local function last_sample(raw, n, acc)
  local place = places[n]
  if not place then
    local size = (n + 1) * 8
    place = {'-' .. size, '-' .. size - 7}
    places[n] = place
  end
  local time = call('GETRANGE', raw, place[1], place[2])
  if #time == 8 then return (unpack_struct('<d', time)) end
  return tonumber(call('HGET', acc, 'last') or nil)
end

-- How many rows are folded at once: a minute's, when it is closed, but of wide sources fewer, lest one
-- call take too long.
local function rows_per_fold(n)
  local rows = floor(VALUES_PER_FOLD / n)
  return rows < FEWEST_ROWS and FEWEST_ROWS or rows > MOST_ROWS and MOST_ROWS or rows
end

-- Whether functions need every value: tells it of what a source keeps more, undecoded. Within a text of
-- JSON quotes have a backslash in front, and what stands behind a meter's id is a list.
local function keeps_values(more)
  return more and more:find('"values":"', 1, true) ~= nil
end

-- Whether the samples of a source may be judged, told likewise; see asked_of.
local function judges(more)
  return more and (more:find('"filters":', 1, true) or more:find('"stale":', 1, true)) ~= nil
end

-- Whether the rows that are kept have to wait for more before they are folded.
local function is_early(acc, length, n, size)
  local held = call('HMGET', acc, 'more', 'folded')
  return keeps_values(held[1]) and length - (tonumber(held[2] or nil) or 0) < rows_per_fold(n) * size
end

-- Adds a row of n values to the open window.
local function add_row(interval, more, src, acc, raw, row, n)
  local length = call('APPEND', raw, row)
  if length == #row then
    call('EXPIRE', raw, OPEN_TTL)
  elseif length >= rows_per_fold(n) * #row and (more == '' or not is_early(acc, length, n, #row)) then
    engine().fold_into(acc, raw)
  end
  -- The next one may come half an interval late and is in the next window then.
  if now % 60000 + 1.5 * interval >= 60000 then call('HSET', src, 'at', fmt('%.0f', now)) end
end

-- What is answered of a row that was added: where samples are missing before it, also when the last one
-- was taken, as a text; 0 where nothing tells of one. Somebody was late, or Redis has forgotten some.
local function taken(answer, last, interval)
  if forward or (last and now - last < 1.5 * interval) then return answer end
  if type(answer) ~= 'table' then answer = {answer} end
  answer[#answer + 1] = last and last > 0 and fmt('%.0f', last) or '0'
  return answer
end

-- Adds a row that the caller has read. Answers as sample does.
local function append(interval, src, acc, raw, row, layout)
  if fenced(src) then return {'fenced'} end
  local held = call('HMGET', acc, 'layout', 'dump')
  if held[2] then return {'still'} end
  if held[1] ~= layout then return {'read'} end
  local n = #row / 8 - 1
  local last = last_sample(raw, n, acc)
  if is_soon(last, interval) then return {'soon'} end
  add_row(interval, nil, src, acc, raw, row, n)
  return taken(n, last, interval)
end

-- A sample of a live hash in which nothing has changed: what was read then is not read again.
local function sample_again(interval, more, src, acc, raw)
  local values = call('HGET', acc, 'row')
  local n = #values / 8
  local last = last_sample(raw, n, acc)
  if is_soon(last, interval) then return {'soon'} end
  add_row(interval, more, src, acc, raw, pack('<d', now) .. values, n)
  return taken(n, last, interval)
end

-- A key of ours that somebody spoilt spoils its own source, not the call: one of another type, or one
-- whose content Lua can't read. What Redis refuses for reasons of its own (OOM, READONLY, MISCONF: its
-- errors begin with a code in capitals) it refuses to all.
local function attempt(work, ...)
  local ok, answer = pcall(work, ...)
  if ok then return answer end
  local message = type(answer) == 'table' and answer.err or tostring(answer)
  if message:find('WRONGTYPE', 1, true) then return {'wrongtype', message} end
  if not message:find('^%-?%u%u+ ') then return {'broken', message} end
  error(answer, 0)
end

-- Fields that neighbours keep inside a live hash for themselves.
local function is_bookkeeping(id)
  local first = byte(id)
  if first ~= 116 and first ~= 95 then return false end
  return id == 'timestamp' or id:sub(1, 2) == '__' or id:sub(1, 3) == 'ts:'
end

-- What is asked of a source's samples, where they are judged at all. Sources of one call are mostly
-- asked the same.
local decoded = {}
local function asked_of(more, src, acc)
  if not more then more = call('HGET', acc, 'more') or call('HGET', src, 'more') end
  if not judges(more) then return nil end
  local asked = decoded[more] or cjson.decode(more)
  decoded[more] = asked
  return (asked.filters or asked.stale) and asked or nil
end

-- A window may have begun before anything was asked of its samples: what it has so far is folded as
-- what it was. And what was read of a source that stood still is not good enough any more.
local function judge_from_now(acc, raw)
  if call('HEXISTS', acc, 'judged') == 1 then return end
  engine().fold_into(acc, raw)
  call('HSET', acc, 'judged', 1)
  call('HDEL', acc, 'dump', 'row')
end

-- Where a sample is dropped as a whole, no window may ever open that leaves to cron what is asked.
local function leave_to_cron(more, src)
  if more and call('HGET', src, 'more') ~= more then
    call('HSET', src, 'more', more)
    call('EXPIRE', src, SRC_TTL)
  end
end

-- All that samples that are not judged do without. Returns judge.
local function judging()
  local function is_equal(found, wanted)
    local a, b = tonumber(found), tonumber(wanted)
    return found == wanted or (a ~= nil and a == b)
  end

  -- One condition on a field of the hash: {operator, wanted}. A pattern that Lua refuses holds, and one on
  -- a long text: nothing is lost by it, and what Lua tries on a text grows with the third power of its
  -- length.
  local function holds(condition, found)
    local operator, wanted = condition[1], condition[2]
    if operator == 'eq' then return is_equal(found, wanted[1]) end
    if operator == 'ne' then return not is_equal(found, wanted[1]) end
    if operator == 'in' then
      for _, one in ipairs(wanted) do
        if is_equal(found, one) then return true end
      end
      return false
    end
    if operator == 'matches' then
      if #found > MOST_MATCHED then return true end
      local ok, at = pcall(string.find, found, wanted[1])
      return not ok or at ~= nil
    end
    local v, first, second = tonumber(found), tonumber(wanted[1]), tonumber(wanted[2])
    if not v then return false end
    if operator == 'gt' then return v > first end
    if operator == 'ge' then return v >= first end
    if operator == 'lt' then return v < first end
    if operator == 'le' then return v <= first end
    return v >= first and v <= second
  end

  -- Whether all or any of a filter's conditions on fields hold, and how many fields were absent: that lets
  -- a condition hold.
  local function are_met(filter, found)
    local absent = 0
    for _, condition in ipairs(filter.row) do
      local text, ok = found[condition[3]], nil
      if condition[1] == 'exists' then
        ok = (text ~= nil) == (condition[2][1] == 'true')
      elseif text == nil then
        ok, absent = true, absent + 1
      else
        ok = holds(condition, text)
      end
      if ok == (filter.any or false) then return ok, absent end
    end
    return not filter.any, absent
  end

  -- Conditions on values themselves, as functions of a number.
  local TESTS = {
    eq = function(a) return function(v) return v == a end end,
    ne = function(a) return function(v) return v ~= a end end,
    gt = function(a) return function(v) return v > a end end,
    ge = function(a) return function(v) return v >= a end end,
    lt = function(a) return function(v) return v < a end end,
    le = function(a) return function(v) return v <= a end end,
    between = function(a, b) return function(v) return v >= a and v <= b end end,
    ['in'] = function(...)
      local set = {}
      for _, one in ipairs({...}) do
        if one == one then set[one] = true end
      end
      return function(v) return set[v] == true end
    end,
  }

  -- Which values a filter keeps, as a function of a number. A text that is wanted equals none.
  local function test_of(filter)
    local tests, any = {}, filter.any or false
    for k, condition in ipairs(filter.value) do
      local wanted = {}
      for i, text in ipairs(condition[2]) do wanted[i] = tonumber(text) or 0 / 0 end
      tests[k] = TESTS[condition[1]](unpack(wanted))
    end
    if #tests == 1 then return tests[1] end
    return function(v)
      for k = 1, #tests do
        if tests[k](v) == any then return any end
      end
      return not any
    end
  end

  -- What the fields that conditions read hold, by name, and where those stand that hold no number: what
  -- tells of the others is no point.
  local function fields_read(filters, ids, texts)
    local read, found, no_points, any = {}, {}, {}, false
    for _, filter in ipairs(filters) do
      for _, condition in ipairs(filter.row) do
        read[condition[3]], any = true, true
      end
    end
    if not any then return found, no_points end
    for i = 1, #ids do
      if read[ids[i]] then
        found[ids[i]] = texts[i]
        if not tonumber(texts[i]) then no_points[#no_points + 1] = i end
      end
    end
    return found, no_points
  end

  -- Judges values by their times, where they have any: flat is what HGETALL gave for these. Returns how
  -- many are old. Mostly both hashes have their fields in the same order, and many the same time.
  local function mark_stale(values, ids, flat, age)
    local stale, at, times, before, is_old = 0, 1, nil, nil, false
    for i = 1, #ids do
      local v, time = values[i], nil
      if flat[at] == ids[i] then
        time, at = flat[at + 1], at + 2
      else
        if not times then
          times = {}
          for k = 1, #flat, 2 do times[flat[k]] = flat[k + 1] end
        end
        time = times[ids[i]]
      end
      if time and v - v == 0 then
        if time ~= before then
          local ms = tonumber(time)
          before, is_old = time, ms ~= nil and now - ms > age
        end
        if is_old then values[i], stale = 0 / 0, stale + 1 end
      end
    end
    return stale
  end

  -- Judges a sample: {"filters": [{"any", "mark", "row": [[operator, wanted, field]], "value": [[operator,
  -- wanted]], "band": see hold}], "stale": ms}; wanted is a list of texts. What a filter does not keep is dropped, as if it
  -- had not been there, or marked as not good; the first filter that does not keep a value decides, but a
  -- row that is dropped takes with it what was marked before. Returns the values as numbers, nothing where
  -- the whole row is dropped; and the answer: {fields, junk, stale, absent fields, then for each filter
  -- rows, values, and how many hold turned into the value before}.
  local function judge(more, ids, texts, clocks)
    local filters, answer, n = more.filters or {}, {#ids, 0, 0, 0}, #ids
    local found, no_points = fields_read(filters, ids, texts)
    local values, junk = {}, {}
    for i = 1, n do
      local v = tonumber(texts[i])
      if not v or v - v ~= 0 then
        v, junk[#junk + 1] = 0 / 0, i
      end
      values[i] = v
    end
    for _, i in ipairs(no_points) do values[i] = 1 / 0 end
    for f, filter in ipairs(filters) do
      local others, any = filter.mark and 0 / 0 or 1 / 0, filter.any or false
      local met, absent = are_met(filter, found)
      local rows, points = 0, 0
      if #filter.value > 0 and (#filter.row == 0 or met ~= any) then
        local test = test_of(filter)
        for i = 1, n do
          local v = values[i]
          if v - v == 0 and not test(v) then values[i], points = others, points + 1 end
        end
      elseif not met then
        rows = 1
        for i = 1, n do
          if values[i] - values[i] == 0 then values[i] = others end
        end
      end
      answer[4] = answer[4] + absent
      answer[2 + 3 * f], answer[3 + 3 * f], answer[4 + 3 * f] = rows, points, 0
      if rows == 1 and not filter.mark then return nil, answer end
    end
    for _, i in ipairs(junk) do
      if values[i] ~= 1 / 0 and not is_bookkeeping(ids[i]) then answer[2] = answer[2] + 1 end
    end
    if more.stale and clocks then
      -- A key of another type has no times, nor one that is too large to be read each second.
      local size = redis.pcall('HLEN', clocks)
      if type(size) == 'number' and size <= MOST_FIELDS then
        answer[3] = mark_stale(values, ids, call('HGETALL', clocks), more.stale)
      end
    end
    return values, answer
  end

  -- By point id, "*" for all: {width, share of the value held, place of the filter}. The first filter
  -- that names a point decides.
  local function bands_of(more)
    if more.bands == nil then
      local bands = {}
      for f, filter in ipairs(more.filters or {}) do
        for id, band in pairs(filter.band or {}) do
          if not bands[id] then bands[id] = {band[1], band[2], f} end
        end
      end
      more.bands = next(bands) and bands or false
    end
    return more.bands
  end

  -- Turns values that differ from the last one kept by less than their band into that one. Only of a
  -- sample that counts: src remembers, over windows and restarts.
  local function hold(more, src, ids, values, answer)
    local bands = bands_of(more)
    if not bands then return end
    local held, others, is_new = call('HGET', src, 'kept'), bands['*'], false
    local kept = held and cmsgpack.unpack(held) or {}
    for i = 1, #ids do
      local id, v = ids[i], values[i]
      local band = bands[id] or (others and not is_bookkeeping(id) and others)
      if band and v - v == 0 then
        local last = kept[id]
        local d = last and math.abs(v - last)
        if d and d > 0 and (d < band[1] or d < band[2] * math.abs(last)) then
          local place = 4 + 3 * band[3]
          values[i], answer[place] = last, answer[place] + 1
        elseif v ~= last then
          kept[id], is_new = v, true
        end
      end
    end
    if is_new then call('HSET', src, 'kept', cmsgpack.pack(kept)) end
  end

  return judge, hold
end

-- All that a plain sample does without: what Lua need not set up, a call need not wait for.
local function rest()
  -- What is kept of a point in an open window, and how its archive names what is written of it.
  local USUAL = {
    columns = {'count', 'sum', 'min', 'max', 'junk'},
    stats = 'avg min max count sum',
    words = 5,
  }
  -- Also m2, the sum of squared deviations from the mean; the first and last value and their times; and
  -- the integral over the time (weight, in s) that values hold: until the next, at most for hold.
  local EXTENDED = {
    columns = {'count', 'sum', 'min', 'max', 'junk', 'm2', 'first', 'last', 'from', 'till', 'integral', 'weight'},
    stats = 'avg min max count sum first last stddev integral weight junk',
    words = 11,
  }
  -- Also, of meters: the increase since the window's second reading; the first two different readings and
  -- their times, for what came before is known when the window is closed; the last one and when it
  -- changed; and whether there was a zero before all of these.
  local METERED = {
    columns = {'count', 'sum', 'min', 'max', 'junk', 'm2', 'first', 'last', 'from', 'till', 'integral', 'weight',
      'increase', 'reading1', 'at1', 'reading2', 'at2', 'reading', 'at', 'zero'},
    stats = 'avg min max count sum first last stddev integral weight junk increase',
    words = 12,
  }
  local BY_STATS = {[USUAL.stats] = USUAL, [EXTENDED.stats] = EXTENDED, [METERED.stats] = METERED}
  local BY_COLUMNS = {[5] = USUAL, [12] = EXTENDED, [20] = METERED}
  local NEUTRAL = {
    count = 0, sum = 0, min = 1 / 0, max = -1 / 0, junk = 0,
    m2 = 0, first = 0, last = 0, from = 0, till = 0, integral = 0, weight = 0,
    increase = 0, reading1 = 0, at1 = 0, reading2 = 0, at2 = 0, reading = 0, at = 0, zero = 0,
  }
  local HEADER = {
    source = true, timestamp = true, revision = true, stats = true, windows = true, functions = true,
    ['hissrv:collected'] = true, ['hissrv:until'] = true,
  }

  local DECIMALS = {'.%01d', '.%02d', '.%03d', '.%04d', '.%05d', '.%06d'}

  -- Decimal text that reads back as the same double: the shortest where values have few digits.
  local function text_of(v)
    -- Six decimals and 15 digits at most: digits of a whole number, which C writes much faster. The
    -- quotient of two exact numbers is the double next to it, as what is read from these digits is.
    local size = v < 0 and -v or v
    local k = size * 1e6 + 0.5
    k = k - k % 1
    if k >= 100 and k < 1e15 and k / 1e6 == size then
      local rest = k % 1e6
      local sign, whole = v < 0 and '-%d' or '%d', (k - rest) / 1e6
      if rest == 0 then return fmt(sign, whole) end
      local digits = 6
      while rest % 10 == 0 do rest, digits = rest / 10, digits - 1 end
      return fmt(sign .. DECIMALS[digits], whole, rest)
    end
    local s = fmt('%.15g', v)
    if tonumber(s) == v then return s end
    s = fmt('%.16g', v)
    if tonumber(s) == v then return s end
    return fmt('%.17g', v)
  end

  local function unpack_values(bytes, from, n)
    if n <= CHUNK then return {unpack_struct(doubles(n), bytes, from)} end
    local values = {}
    for i = 0, n - 1, CHUNK do
      local m = math.min(CHUNK, n - i)
      local part = {unpack_struct(doubles(m), bytes, from + i * 8)}
      for k = 1, m do values[i + k] = part[k] end
    end
    return values
  end

  local function empty_stats(kind)
    local s = {ids = {}, kind = kind}
    for _, name in ipairs(kind.columns) do s[name] = {} end
    return s
  end

  -- Packed: a byte that tells the kind, then the columns. The first n ids' statistics; of those that came
  -- later the arrays know nothing.
  local function unpack_stats(ids, bytes)
    local kind = BY_COLUMNS[bytes:byte(1)]
    local n = (#bytes - 1) / (8 * #kind.columns)
    local s = {ids = {}, kind = kind}
    for i = 1, n do s.ids[i] = ids[i] end
    for k, name in ipairs(kind.columns) do
      local column = unpack_values(bytes, 2 + (k - 1) * n * 8, n)
      column[n + 1] = nil
      s[name] = column
    end
    return s
  end

  local function pack_stats(s)
    local parts = {string.char(#s.kind.columns)}
    for k, name in ipairs(s.kind.columns) do parts[k + 1] = pack_values(s[name]) end
    return table.concat(parts)
  end

  -- Where each of these ids stands among the folded ones; new ones are added.
  local function columns_of(s, layout)
    local columns, known, n = {}, s.ids, #layout
    if #known == 0 then
      -- A layout's fields differ from each other.
      for i = 1, n do known[i], columns[i] = layout[i], i end
      for _, name in ipairs(s.kind.columns) do
        local column, neutral = s[name], NEUTRAL[name]
        for i = 1, n do column[i] = neutral end
      end
      return columns
    end
    local same = 0
    while same < n and layout[same + 1] == known[same + 1] do
      same = same + 1
      columns[same] = same
    end
    if same == n then return columns end
    local at = {}
    for i, id in ipairs(known) do at[id] = i end
    for i, id in ipairs(layout) do
      local c = at[id]
      if not c then
        c = #s.ids + 1
        s.ids[c] = id
        for _, name in ipairs(s.kind.columns) do s[name][c] = NEUTRAL[name] end
        at[id] = c
      end
      columns[i] = c
    end
    return columns
  end

  -- Adds the extended statistics of a later part's point i to those of point c. Chan, Golub and LeVeque
  -- (1983) for m2: deviations from the means of the two, not a difference of large squares.
  local function merge_extended(s, c, part, i)
    local n, m = s.count[c], part.count[i]
    if m == 0 then return end
    if n == 0 then
      s.first[c], s.from[c] = part.first[i], part.from[i]
    else
      local d = part.sum[i] / m - s.sum[c] / n
      s.m2[c] = s.m2[c] + d * d * (n * m / (n + m))
    end
    s.m2[c] = s.m2[c] + part.m2[i]
    s.last[c], s.till[c] = part.last[i], part.till[i]
    s.integral[c] = s.integral[c] + part.integral[i]
    s.weight[c] = s.weight[c] + part.weight[i]
  end

  -- Adds the statistics of a later part to those of what was before. The whole has what both have.
  local function merge(s, part)
    if #s.ids == 0 and s.kind ~= part.kind then
      s.kind = part.kind
      for _, name in ipairs(s.kind.columns) do s[name] = {} end
    elseif #part.ids > 0 and part.kind.words < s.kind.words then
      s.kind = part.kind
    end
    local columns, extended, metered = columns_of(s, part.ids), s.kind ~= USUAL, s.kind == METERED
    local count, sum, junk, min, max = s.count, s.sum, s.junk, s.min, s.max
    local counts, sums, junks, mins, maxs = part.count, part.sum, part.junk, part.min, part.max
    for i = 1, #columns do
      local c = columns[i]
      if extended then merge_extended(s, c, part, i) end
      if metered then s.increase[c] = s.increase[c] + part.increase[i] end
      count[c], sum[c], junk[c] = count[c] + counts[i], sum[c] + sums[i], junk[c] + junks[i]
      local least, most = mins[i], maxs[i]
      if least < min[c] then min[c] = least end
      if most > max[c] then max[c] = most end
    end
  end

  -- Adds a value to point c's deviations, before it is counted.
  local function deviate(s, c, v)
    local n = s.count[c]
    if n > 0 then
      local d = v - s.sum[c] / n
      s.m2[c] = s.m2[c] + d * d * (n / (n + 1))
    end
  end

  -- Lets point c's last value hold until a moment (ms), for at most hold.
  local function extend(s, c, value, from, to, hold)
    local ms = math.min(to, from + hold) - from
    if ms > 0 then
      s.integral[c] = s.integral[c] + value * (ms / 1000)
      s.weight[c] = s.weight[c] + ms / 1000
    end
  end

  -- What a meter counted from one reading to the next: the increase, then the reading to go on from and
  -- when it changed. meter is {width of the register or 0, most per ms or 0}. A meter that counts in
  -- steps may show at once what it counted since its last change.
  local function increase_of(meter, hold, before, changed, reading, time)
    -- A zero may be a moment's fault: what comes next tells.
    if reading == before or (reading == 0 and before > 0) then return 0, before, changed end
    local width, most = meter[1], meter[2] > 0 and meter[2] * (time - changed + hold) or nil
    local d = reading - before
    if d < 0 then
      local over = width > 0 and d + width or -1
      local rolled = over >= 0
      if most then rolled = rolled and over <= most else rolled = rolled and before > width / 2 and reading < width / 2 end
      -- Otherwise it was reset and counts from zero.
      d = rolled and over or reading
    end
    -- No meter counts backwards, or faster than it can: another one is there now.
    if d < 0 or (most and d > most) then d = 0 end
    return d, reading, time
  end

  -- Adds a reading of a meter within its window.
  local function add_reading(s, c, meter, hold, v, time)
    if s.at1[c] == 0 then
      if v == 0 then s.zero[c] = 1 else s.reading1[c], s.at1[c] = v, time end
    elseif s.at2[c] == 0 then
      if v ~= s.reading1[c] and v ~= 0 then
        s.reading2[c], s.at2[c], s.reading[c], s.at[c] = v, time, v, time
      end
    else
      local d
      d, s.reading[c], s.at[c] = increase_of(meter, hold, s.reading[c], s.at[c], v, time)
      s.increase[c] = s.increase[c] + d
    end
  end

  -- Adds what a meter counted from the reading it was left at before the window. left is {reading, when it
  -- changed}, nil when nothing is known. Returns what it is left at now.
  local function join_reading(s, c, meter, hold, left, start)
    local before, changed, d
    if left then
      before, changed = left[1], left[2]
      if s.at1[c] > 0 then
        d, before, changed = increase_of(meter, hold, before, changed, s.reading1[c], s.at1[c])
        s.increase[c] = s.increase[c] + d
      end
    elseif s.at1[c] > 0 then
      before, changed = s.reading1[c], s.at1[c]
    elseif s.zero[c] > 0 then
      before, changed = 0, start
    else
      return nil
    end
    if s.at2[c] > 0 then
      d = increase_of(meter, hold, before, changed, s.reading2[c], s.at2[c])
      s.increase[c] = s.increase[c] + d
      before, changed = s.reading[c], s.at[c]
    end
    return {before, changed}
  end

  local function count_dropped(rows, i)
    local n = 0
    for r = 1, #rows do
      if rows[r][i] == 1 / 0 then n = n + 1 end
    end
    return n
  end

  -- Adds one point's values, some of which may not be finite.
  local function add_column(s, c, rows, i, judged)
    local n, total, least, most = 0, s.sum[c], s.min[c], s.max[c]
    for r = 1, #rows do
      local v = rows[r][i]
      if v - v == 0 then
        n = n + 1
        total = total + v
        if v < least then least = v end
        if v > most then most = v end
      end
    end
    s.count[c], s.sum[c], s.min[c], s.max[c] = s.count[c] + n, total, least, most
    if n < #rows then s.junk[c] = s.junk[c] + #rows - n - (judged and count_dropped(rows, i) or 0) end
  end

  local function add_rows(s, columns, rows, judged)
    for i = 1, #columns do add_column(s, columns[i], rows, i, judged) end
  end

  -- Takes what so many rows add to a point. A sum that is finite proves that all it is made of is; else
  -- the point is left, and returned.
  local function took(s, c, n, total, least, most)
    if total - total ~= 0 then return false end
    s.count[c], s.sum[c] = s.count[c] + n, total
    if least < s.min[c] then s.min[c] = least end
    if most > s.max[c] then s.max[c] = most end
    return true
  end

  -- Adds the rows of these bytes, five points at a time and without a table: what is read goes straight
  -- from C into locals. Returns the places of points that have values that are not finite; these are left.
  local function add_bytes(s, columns, bytes, n)
    local size, sum, left = (n + 1) * 8, s.sum, {}
    local count = #bytes / size
    if count % 1 ~= 0 then error('rows of another length') end
    for i = 1, n - n % 5, 5 do
      local c1, c2, c3, c4, c5 = columns[i], columns[i + 1], columns[i + 2], columns[i + 3], columns[i + 4]
      local s1, s2, s3, s4, s5 = sum[c1], sum[c2], sum[c3], sum[c4], sum[c5]
      local l1, l2, l3, l4, l5 = unpack_struct('<ddddd', bytes, i * 8 + 1)
      local m1, m2, m3, m4, m5 = l1, l2, l3, l4, l5
      for from = i * 8 + 1, #bytes, size do
        local a, b, c, d, e = unpack_struct('<ddddd', bytes, from)
        s1, s2, s3, s4, s5 = s1 + a, s2 + b, s3 + c, s4 + d, s5 + e
        if a < l1 then l1 = a elseif a > m1 then m1 = a end
        if b < l2 then l2 = b elseif b > m2 then m2 = b end
        if c < l3 then l3 = c elseif c > m3 then m3 = c end
        if d < l4 then l4 = d elseif d > m4 then m4 = d end
        if e < l5 then l5 = e elseif e > m5 then m5 = e end
      end
      if not took(s, c1, count, s1, l1, m1) then left[#left + 1] = i end
      if not took(s, c2, count, s2, l2, m2) then left[#left + 1] = i + 1 end
      if not took(s, c3, count, s3, l3, m3) then left[#left + 1] = i + 2 end
      if not took(s, c4, count, s4, l4, m4) then left[#left + 1] = i + 3 end
      if not took(s, c5, count, s5, l5, m5) then left[#left + 1] = i + 4 end
    end
    for i = n - n % 5 + 1, n do
      local total, least = sum[columns[i]], (unpack_struct('<d', bytes, i * 8 + 1))
      local most = least
      for from = i * 8 + 1, #bytes, size do
        local v = unpack_struct('<d', bytes, from)
        total = total + v
        if v < least then least = v elseif v > most then most = v end
      end
      if not took(s, columns[i], count, total, least, most) then left[#left + 1] = i end
    end
    return left
  end

  -- Adds what the extended statistics need of the same rows, before these are counted.
  local function add_rows_extended(s, columns, meters, hold, times, rows)
    for i = 1, #columns do
      local c = columns[i]
      local n, total = s.count[c], s.sum[c]
      for r = 1, #rows do
        local v, time = rows[r][i], times[r]
        if v - v == 0 then
          if n == 0 then
            s.first[c], s.from[c] = v, time
          else
            local d = v - total / n
            s.m2[c] = s.m2[c] + d * d * (n / (n + 1))
            extend(s, c, s.last[c], s.till[c], time, hold)
          end
          s.last[c], s.till[c] = v, time
          if meters[i] then add_reading(s, c, meters[i], hold, v, time) end
          n, total = n + 1, total + v
        end
      end
    end
  end

  -- The rows that are not folded yet of those that are kept.
  local function unfolded(acc, raw)
    local bytes = call('GETRANGE', raw, call('HGET', acc, 'folded') or 0, -1)
    return bytes ~= '' and bytes
  end

  -- From here on the kept rows have these fields.
  local function keep_layout(acc, raw, ids)
    local parts = {}
    for i, id in ipairs(ids) do parts[i] = pack('<I4', #id) .. id end
    call('HSET', acc, fmt('rows:%.0f', call('STRLEN', raw)), table.concat(parts))
  end

  -- Marks a closed window as waiting for its functions, where this level has any.
  local function mark_values(src, more, level, start)
    if keeps_values(more) and (' ' .. cjson.decode(more).values .. ' '):find(' ' .. level .. ' ', 1, true) then
      call('HSET', src, fmt('values:%s:%.0f', level, start), 1)
    end
  end

  -- Leaves the rows of a closed minute, and their fields, until functions have seen them. Written anew:
  -- what was appended to has as much room again.
  local function keep_rows(acc, raw)
    call('HDEL', acc, 'layout', 'fields', 'ids', 'stats', 'last', 'dump', 'row', 'judged')
    local rows = call('GET', raw) or ''
    call('HSET', acc, 'folded', #rows)
    call('EXPIRE', acc, TTL)
    call('SET', raw, rows, 'EX', TTL)
  end

  -- A late sample belongs to the rows of its minute, if these are still there.
  local function keep_late(src, acc, raw, values, ids, start)
    local more = call('HGET', acc, 'more')
    if not keeps_values(more) or call('EXISTS', raw) == 0 then return end
    keep_layout(acc, raw, ids)
    call('HSET', acc, 'folded', call('APPEND', raw, row_of(values)))
    mark_values(src, more, '1m', start)
  end

  -- The rows of these bytes and their times. Of a source that stands still a row like the one before is
  -- the same table.
  local function read_rows(bytes, n, is_still)
    local times, rows, size, before, same = {}, {}, (n + 1) * 8, nil, 0
    for from = 1, #bytes, size do
      local r = #rows + 1
      times[r] = unpack_struct('<d', bytes, from)
      local body = is_still and bytes:sub(from + 8, from + size - 1)
      if body and body == before then
        rows[r], same = rows[r - 1], same + 1
      else
        rows[r], before = unpack_values(bytes, from + 8, n), body
      end
    end
    return times, rows, same
  end

  -- Whether most rows of a source that is not known to stand still seem to be like the one before: three
  -- values are compared, a hint, which its next window proves.
  local function seems_still(bytes, n)
    local size, middle, changes = (n + 1) * 8, floor((n + 1) / 2), 0
    local function differ(from, i)
      return unpack_struct('<d', bytes, from + i * 8) ~= unpack_struct('<d', bytes, from - size + i * 8)
    end
    local count = #bytes / size
    for from = size + 1, #bytes, size do
      if differ(from, 1) or differ(from, middle) or differ(from, n) then
        changes = changes + 1
        if 2 * (count - 1 - changes) < count then return false end
      end
    end
    return count > 1
  end

  -- Counts a row again that came so many times more.
  local function add_again(s, columns, row, more)
    for i = 1, #columns do
      local v, c = row[i], columns[i]
      if v - v == 0 then
        s.count[c], s.sum[c] = s.count[c] + more, s.sum[c] + v * more
      else
        s.junk[c] = s.junk[c] + more
      end
    end
  end

  -- Adds rows of a source that stood still: each that differs from the one before, then its repetitions.
  local function add_different_rows(s, columns, rows)
    local different, times = {}, {}
    for r = 1, #rows do
      if rows[r] == rows[r - 1] then
        times[#different] = times[#different] + 1
      else
        different[#different + 1], times[#different + 1] = rows[r], 0
      end
    end
    add_rows(s, columns, different)
    for d, more in ipairs(times) do
      if more > 0 then add_again(s, columns, different[d], more) end
    end
  end

  -- Folds the rows into the statistics. Returns them, the last row's time, what is kept more (nil where
  -- the statistics are the usual ones) and its text where rows are kept.
  local function fold(acc, raw)
    local held = call('HMGET', acc, 'fields', 'ids', 'stats', 'last', 'more', 'row', 'judged')
    local more = held[5] and cjson.decode(held[5]) or nil
    local keeps = keeps_values(held[5]) and held[5] or nil
    local judged = held[7] ~= false
    if more and not more.hold then more = nil end
    local kind = more and (next(more.meters) and METERED or EXTENDED) or USUAL
    local s = held[2] and unpack_stats(cmsgpack.unpack(held[2]), held[3]) or empty_stats(kind)
    s.judged = judged
    local bytes
    if keeps then bytes = unfolded(acc, raw) else bytes = call('GET', raw) end
    if not bytes or not held[1] then return s, tonumber(held[4] or nil), more, keeps end
    local hold, meters = more and more.hold, {}
    local layout = cmsgpack.unpack(held[1])
    if more then
      for i, id in ipairs(layout) do meters[i] = more.meters[id] end
    end
    local n = #layout
    local columns = columns_of(s, layout)
    s.was_still = held[6] and true or false
    local times, rows, same
    if s.was_still or more then times, rows, same = read_rows(bytes, n, s.was_still) end
    if more then add_rows_extended(s, columns, meters, hold, times, rows) end
    if s.was_still then
      s.is_still = not judged and #rows > 1 and 2 * same >= #rows
      add_different_rows(s, columns, rows)
    else
      s.is_still = not judged and seems_still(bytes, n)
      local left = add_bytes(s, columns, bytes, n)
      if #left > 0 and not rows then times, rows = read_rows(bytes, n) end
      for _, i in ipairs(left) do add_column(s, columns[i], rows, i, judged) end
    end
    local last = unpack_struct('<d', bytes, #bytes - (n + 1) * 8 + 1)
    return s, last, more, keeps
  end

  local function fold_into(acc, raw)
    local s, last, _, keeps = fold(acc, raw)
    if last then call('HSET', acc, 'last', fmt('%.0f', last)) end
    call('HSET', acc, 'ids', cmsgpack.pack(s.ids), 'stats', pack_stats(s))
    if keeps then call('HSET', acc, 'folded', call('STRLEN', raw)) else call('DEL', raw) end
  end

  -- Gives the time at a window's edges its values: at its start the last of the window before, which its
  -- own first sample ended; at its end its own last. What holds beyond the end is the next window's. And
  -- gives meters what they counted since the reading they were left at, however long ago.
  local function join_edges(src, w, s, more, looks)
    local hold, start, stop = more.hold, w.start * 1000, w.stop * 1000
    local held = call('HMGET', src, 'edge:ids', 'edge', 'edge:start', 'meters')
    local edge = held[1] and unpack_stats(cmsgpack.unpack(held[1]), held[2])
    local newest = tonumber(held[3] or nil) or -1
    local in_turn = w.start > newest or newest * 1000 > now
    if edge and edge.kind ~= USUAL then
      local columns = columns_of(edge, s.ids)
      for i = 1, #s.ids do
        local c = columns[i]
        if edge.count[c] > 0 and edge.till[c] < start and s.count[i] > 0 then
          local from = math.max(start, edge.till[c])
          extend(s, i, edge.last[c], from, s.from[i], math.max(0, edge.till[c] + hold - from))
        end
      end
    end
    for i = 1, #s.ids do
      if s.count[i] > 0 then extend(s, i, s.last[i], s.till[i], stop, hold) end
    end
    local readings = held[4] and cmsgpack.unpack(held[4]) or {}
    for i, id in ipairs(s.ids) do
      if s.kind == METERED and more.meters[id] then
        local left = join_reading(s, i, more.meters[id], hold, in_turn and readings[id] or nil, start)
        readings[id] = left or readings[id]
      end
    end
    -- A window that is closed out of turn has no say in the next one's start, nor one only looked at.
    if in_turn and not looks then
      call('HSET', src, 'edge:ids', cmsgpack.pack(s.ids), 'edge', pack_stats(s), 'edge:start', fmt('%.0f', w.start))
      if next(readings) then call('HSET', src, 'meters', cmsgpack.pack(readings)) end
    end
  end

  -- Archives: header fields, and a field per point id. A point id that reads like a header field, or
  -- begins with a backslash, is written with a backslash in front.
  local function field_of(id)
    if HEADER[id] or byte(id) == 92 then return '\\' .. id end
    return id
  end

  local function id_of(field)
    if byte(field) == 92 then return field:sub(2) end
    return field
  end

  -- A point's line in an archive, in the order of its kind's stats. stddev is the sample's (n - 1), as
  -- InfluxDB has it; integral is in hours of the value's unit, weight in seconds.
  local counts = {}
  local function line_of(s, i)
    local count, sum, min, max = s.count[i], s.sum[i], s.min[i], s.max[i]
    local counted = counts[count]
    if not counted then
      counted = fmt('%.0f', count)
      counts[count] = counted
    end
    local least = text_of(min)
    local line
    if min == max and sum / count == min then
      line = least .. ' ' .. least .. ' ' .. least .. ' ' .. counted .. ' ' .. text_of(sum)
    else
      -- Averages and sums have all their digits nearly always.
      line = fmt('%.17g %s %s %s %.17g', sum / count, least, text_of(max), counted, sum)
    end
    if s.kind == USUAL then return line end
    local stddev = count > 1 and math.sqrt(s.m2[i] / (count - 1)) or 0
    line = line .. ' ' .. text_of(s.first[i]) .. ' ' .. text_of(s.last[i]) .. ' ' .. text_of(stddev) .. ' ' ..
      text_of(s.integral[i] / 3600) .. ' ' .. text_of(s.weight[i]) .. ' ' .. fmt('%.0f', s.junk[i])
    return s.kind == METERED and line .. ' ' .. text_of(s.increase[i]) or line
  end

  -- Reads a point's line; false where somebody else wrote it and it can't be read. It is left out then.
  local function read_line(part, id, line)
    local n = #part.ids + 1
    if part.kind == USUAL then
      local min, max, count, sum = line:match('^%S+ (%S+) (%S+) (%S+) (%S+)$')
      min, max, count, sum = tonumber(min or ''), tonumber(max or ''), tonumber(count or ''), tonumber(sum or '')
      if not (min and max and count and sum) then return false end
      part.ids[n], part.min[n], part.max[n], part.count[n], part.sum[n], part.junk[n] = id, min, max, count, sum, 0
      return true
    end
    local numbers = {}
    for word in line:gmatch('%S+') do
      numbers[#numbers + 1] = tonumber(word)
    end
    if #numbers ~= part.kind.words then return false end
    part.ids[n] = id
    for _, name in ipairs(part.kind.columns) do part[name][n] = NEUTRAL[name] end
    part.min[n], part.max[n], part.count[n], part.sum[n] = numbers[2], numbers[3], numbers[4], numbers[5]
    part.first[n], part.last[n] = numbers[6], numbers[7]
    part.m2[n] = numbers[8] * numbers[8] * (numbers[4] - 1)
    part.integral[n], part.weight[n], part.junk[n] = numbers[9] * 3600, numbers[10], numbers[11]
    if part.kind == METERED then part.increase[n] = numbers[12] end
    return true
  end

  -- A point's line without what functions gave: "1 1 1 60 60 median=1".
  local function statistics_in(line)
    local at = line:find('=', 1, true)
    return at and line:sub(1, at - 1):match('^(.*) [^ ]*$') or line
  end

  -- A key of another type where an archive belongs is not an archive.
  local function is_archive(key)
    return call('TYPE', key).ok == 'hash'
  end

  local function read_archive(key, s)
    if not is_archive(key) then return false end
    local flat = call('HGETALL', key)
    local kind, functions
    for i = 1, #flat, 2 do
      if flat[i] == 'stats' then kind = BY_STATS[flat[i + 1]] elseif flat[i] == 'functions' then functions = true end
    end
    if not kind then return false end
    local part = empty_stats(kind)
    for i = 1, #flat, 2 do
      if not HEADER[flat[i]] then
        read_line(part, id_of(flat[i]), functions and statistics_in(flat[i + 1]) or flat[i + 1])
      end
    end
    merge(s, part)
    return true
  end

  -- When a window (that ends at stop, s) was sampled last, if its last samples are missing; else nothing.
  local function cut_short(src, last, stop)
    if not last or stop * 1000 - last <= 1500 or last >= stop * 1000 then return nil end
    return stop * 1000 - last > 1.5 * (tonumber(call('HGET', src, 'every') or '') or 1000) and last or nil
  end

  -- Writes an archive and queues it. Queueing comes first: should it be refused, nothing is half done.
  -- One that is cut short says so: Redis may have forgotten that it was complete, and in the store.
  -- Returns the number of points and the revision; 0 points: nothing was worth writing.
  local function write_archive(key, live, start, s, windows, last)
    local fields, n = {}, 0
    for i, id in ipairs(s.ids) do
      if s.count[i] > 0 and not is_bookkeeping(id) then
        fields[n + 1], fields[n + 2] = field_of(id), line_of(s, i)
        n = n + 2
      end
    end
    if #fields == 0 then return 0, 0 end
    call('LPUSH', pending, key)
    if not is_archive(key) then call('DEL', key) end
    local revision = (tonumber(call('HGET', key, 'revision') or '0') or 0) + 1
    call('HSET', key, 'source', live, 'timestamp', fmt('%.0f', start), 'revision', revision, 'stats', s.kind.stats)
    if windows then call('HSET', key, 'windows', windows) end
    if last and revision == 1 then call('HSET', key, 'hissrv:until', fmt('~%.0f', last)) end
    for i = 1, #fields, CHUNK do
      call('HSET', key, unpack(fields, i, math.min(i + CHUNK - 1, #fields)))
    end
    call('EXPIRE', key, TTL)
    return #fields / 2, revision
  end

  local function mark_of(level, start)
    return fmt('open:%s:%.0f', level, start)
  end

  local function mark_closed(src, level, start)
    local closed = tonumber(call('HGET', src, 'closed:' .. level) or '-1') or -1
    if start > closed then call('HSET', src, 'closed:' .. level, fmt('%.0f', start)) end
    call('HDEL', src, mark_of(level, start))
    call('EXPIRE', src, SRC_TTL)
  end

  -- Tells the coarser levels' windows that this part of theirs is there, and gives it to those that keep.
  local function pass_on(src, coarser, keeps, start, s, revised)
    for i, level in ipairs(coarser) do
      local mark = mark_of(level.name, level.start)
      if revised then call('HSETNX', src, mark, 'revised') else call('HSET', src, mark, 1) end
      local acc = keeps[i]
      if acc then
        local held = call('HGET', acc, 'ids')
        local kept = empty_stats(s.kind)
        columns_of(kept, held and cmsgpack.unpack(held) or {})
        merge(kept, s)
        call('HSET', acc, 'ids', cmsgpack.pack(kept.ids), fmt('%.0f', start), pack_stats(kept))
        call('EXPIRE', acc, fmt('%.0f', math.max(level.stop - now / 1000, 0) + OPEN_TTL))
      end
    end
  end

  -- A sample for a window that is closed: merged where its archive is still there, else late. The window
  -- is open again, so that its closing tells the coarser ones. It changes neither first and last nor the
  -- integral: which values it came between is not known any more.
  local function merge_late(live, src, archive, start, ids, values)
    local s = empty_stats(USUAL)
    if not read_archive(archive, s) then return {'late'} end
    local columns = columns_of(s, ids)
    for i = 1, #ids do
      local v, c = tonumber(values[i]), columns[i]
      if v and v - v == 0 then
        if s.kind ~= USUAL then deviate(s, c, v) end
        s.count[c] = s.count[c] + 1
        s.sum[c] = s.sum[c] + v
        if v < s.min[c] then s.min[c] = v end
        if v > s.max[c] then s.max[c] = v end
      end
    end
    write_archive(archive, live, start, s)
    call('HSET', src, mark_of('1m', start), 'revised')
    return {'merged'}
  end

  -- The start of the newest window before this one that is open, and has samples.
  local function newest_open(src, before)
    local newest = 0
    for _, field in ipairs(call('HKEYS', src)) do
      local start = tonumber(field:match('^open:1m:(%d+)$') or nil)
      if start and start < before and start > newest then newest = start end
    end
    return newest
  end

  -- Opens the window of a source. Answers {reason} where it may not; else nothing, whether the source
  -- stood still, and when a window before was sampled last: of one whose end is missing its start.
  local function open_window(interval, live, src, archive, ids, values)
    local start = window_start(now, 60)
    if start <= closed_until(src, '1m', 60) then
      return forward and {'late'} or merge_late(live, src, archive, start, ids, values or call('HVALS', live))
    end
    local held = call('HMGET', src, 'at', 'still', 'last')
    local last = tonumber(held[1] or nil)
    if is_soon(last, interval) then return {'soon'} end
    if not last then
      call('HSET', src, 'at', fmt('%.0f', now))
    elseif now - last >= 1.5 * interval then
      last = math.max(last, tonumber(held[3] or nil) or 0, newest_open(src, start) * 1000)
    end
    call('HSET', src, mark_of('1m', start), 1, 'every', interval)
    return nil, held[2], last
  end

  -- What of a window's statistics is worth keeping, and what the answer tells of the rest.
  local function sift(s)
    local plain = true
    for i, id in ipairs(s.ids) do
      if s.junk[i] > 0 or s.count[i] == 0 or is_bookkeeping(id) then
        plain = false
        break
      end
    end
    if plain then return s, {0, 0, 0, 0} end
    local points, answer = empty_stats(s.kind), {0, 0, 0, 0}
    for i, id in ipairs(s.ids) do
      if is_bookkeeping(id) then
        answer[2] = answer[2] + 1
      else
        if s.junk[i] > 0 and not s.judged then
          answer[3] = answer[3] + s.junk[i]
          answer[4] = answer[4] + 1
          if answer[4] <= NAMED then answer[#answer + 1] = id end
        end
        if s.count[i] > 0 then
          local n = #points.ids + 1
          points.ids[n] = id
          for _, name in ipairs(s.kind.columns) do points[name][n] = s[name][i] end
        end
      end
    end
    return points, answer
  end

  -- Answers {points, bookkeeping fields, junk values, ids with junk, some of these ids}; 0 points: no
  -- window.
  local function close_samples(w, live, src, archive, inputs, keeps)
    if fenced(src) then return {'fenced'} end
    local acc, raw = inputs[1], inputs[2]
    local s, last, more, keeps_rows = fold(acc, raw)
    if more then join_edges(src, w, s, more) end
    local fresh, answer = sift(s)
    local mark = call('HGET', src, mark_of(w.level, w.start))
    local points = empty_stats(s.kind)
    local merged = read_archive(archive, points)
    if merged then merge(points, fresh) else points = fresh end
    -- Without a mark and without samples somebody else has closed it: nothing is new to the coarser ones.
    if #points.ids > 0 and (mark or #s.ids > 0) then
      local written, revision = 0, 0
      if #s.ids > 0 then written, revision = write_archive(archive, live, w.start, points, nil, cut_short(src, last, w.stop)) end
      answer[1] = written
      pass_on(src, w.coarser, keeps, w.start, points, merged and (mark == 'revised' or revision > 1))
    end
    if last then call('HSET', src, 'last', fmt('%.0f', last)) end
    if s.is_still and not s.was_still then call('HSET', src, 'still', 1) end
    if s.was_still and not s.is_still then call('HDEL', src, 'still') end
    if not keeps_rows then
      call('DEL', acc, raw)
    elseif #s.ids > 0 then
      keep_rows(acc, raw)
      mark_values(src, keeps_rows, w.level, w.start)
    end
    if #s.ids > 0 or mark then
      mark_closed(src, w.level, w.start)
    end
    return answer
  end

  -- What close_samples would write, and writes nothing: {points, stats, then each point's field and line},
  -- with as many values. Of a window that is closed {0}.
  local function look_at(src, acc, raw, archive)
    local w = {start = tonumber(ARGV[5]), stop = tonumber(ARGV[6])}
    if call('HEXISTS', src, mark_of('1m', w.start)) == 0 then return {0} end
    local s, _, more = fold(acc, raw)
    if more then join_edges(src, w, s, more, true) end
    local points, held = sift(s), empty_stats(s.kind)
    if read_archive(archive, held) then
      merge(held, points)
      points = held
    end
    local answer = {0, points.kind.stats}
    for i, id in ipairs(points.ids) do
      if points.count[i] > 0 and not is_bookkeeping(id) then
        answer[#answer + 1] = field_of(id)
        answer[#answer + 1] = line_of(points, i)
        answer[1] = answer[1] + 1
      end
    end
    return answer
  end

  -- The parts that a coarser level's acc keeps, oldest first. Returns how many there are.
  local function read_parts(acc, s)
    local held = call('HGETALL', acc)
    local packed, starts, ids = {}, {}, nil
    for i = 1, #held, 2 do
      if held[i] == 'ids' then
        ids = cmsgpack.unpack(held[i + 1])
      else
        starts[#starts + 1] = tonumber(held[i])
        packed[tonumber(held[i])] = held[i + 1]
      end
    end
    table.sort(starts)
    for _, start in ipairs(starts) do merge(s, unpack_stats(ids, packed[start])) end
    return #starts
  end

  -- Answers {points, lost}; 0 points: nothing to fold, or folded before and nothing new. lost is 1 where
  -- what it is folded from was gone before that was done, or some of it before a revision was folded.
  local function close_parts(w, live, src, archive, inputs, keeps)
    if fenced(src) then return {'fenced'} end
    local mark = call('HGET', src, mark_of(w.level, w.start))
    if not mark then return {0, 0} end
    local s, windows = empty_stats(USUAL), 0
    if w.inputs == 'parts' then
      windows = read_parts(inputs[1], s)
      s = sift(s)
      call('EXPIRE', inputs[1], TTL)
    else
      for _, key in ipairs(inputs) do
        if read_archive(key, s) then windows = windows + 1 end
      end
    end
    -- With one of its parts expired a second fold would make the record worse.
    local before = is_archive(archive) and (tonumber(call('HGET', archive, 'windows') or '1') or 1)
    local points, revision, lost = 0, 0, 0
    if windows < (before or 1) or (mark == 'revised' and not before) then
      lost = 1
    else
      local last = cut_short(src, tonumber(call('HGET', src, 'last') or nil), w.stop)
      points, revision = write_archive(archive, live, w.start, s, windows, last)
      if points > 0 then pass_on(src, w.coarser, keeps, w.start, s, revision > 1) end
      if points > 0 and w.stop - w.start <= 3600 then
        mark_values(src, call('HGET', src, 'more'), w.level, w.start)
      end
    end
    mark_closed(src, w.level, w.start)
    return {points, lost}
  end

  -- Adds what functions gave to the lines of a closed window's archive, where these still tell of as many
  -- values as the functions saw. The last part makes it a revision and queues it; drop only gives up
  -- waiting. Answers {points written}, or {reason}: also gone (the archive), revised (it is not the one
  -- that the functions belong to).
  local function add_functions()
    local src, archive = KEYS[2], KEYS[3]
    local mark, revision, names = 'values:' .. ARGV[5] .. ':' .. ARGV[6], ARGV[7], ARGV[8]
    local fate, written = ARGV[9], tonumber(ARGV[10])
    if fenced(src) then return {'fenced'} end
    if fate == 'drop' or not is_archive(archive) then
      call('HDEL', src, mark)
      return {fate == 'drop' and 0 or 'gone'}
    end
    if call('HGET', archive, 'revision') ~= revision then return {'revised'} end
    local fields, lines, changed = {}, {}, {}
    for i = 11, #ARGV, 3 do fields[#fields + 1] = field_of(ARGV[i]) end
    if #fields > 0 then lines = call('HMGET', archive, unpack(fields)) end
    for i, field in ipairs(fields) do
      if lines[i] then
        local line, count, gave = statistics_in(lines[i]), ARGV[9 + 3 * i], ARGV[10 + 3 * i]
        if gave ~= '' and line:match('^%S+ %S+ %S+ (%S+)') == count then
          line = line .. ' ' .. gave
          written = written + 1
        end
        if line ~= lines[i] then
          changed[#changed + 1] = field
          changed[#changed + 1] = line
        end
      end
    end
    local last = fate == 'last'
    if last and written > 0 then
      call('LPUSH', pending, archive)
      call('HSET', archive, 'revision', tonumber(revision) + 1)
      call('EXPIRE', archive, TTL)
    end
    if #changed > 0 then call('HSET', archive, 'functions', names, unpack(changed)) end
    if last then
      call('HDEL', src, mark)
      -- A minute that is still open (it could not be closed) keeps what it has.
      for i = 4, #KEYS, 2 do
        if call('HEXISTS', KEYS[i], 'fields') == 0 then call('UNLINK', KEYS[i], KEYS[i + 1]) end
      end
    end
    return {written}
  end

  -- Every hash whose key matches, in no order; a key may be seen twice.
  local function each_hash(glob, work)
    local cursor = '0'
    repeat
      local page = call('SCAN', cursor, 'MATCH', glob, 'COUNT', 1000, 'TYPE', 'hash')
      for _, key in ipairs(page[2]) do work(key) end
      cursor = page[1]
    until cursor == '0'
  end

  -- What HisSrv publishes for those who work without it: the globs of live keys, the levels, for 1m and
  -- 5m the levels folded from them (name, seconds, fold or keep), and the days' offset from UTC (s).
  local function settings()
    local held = call('HMGET', 'hissrv:config:aggregation', 'patterns', 'levels', 'coarser:1m', 'coarser:5m', 'day_offset')
    local five = not held[2] or (' ' .. held[2] .. ' '):find(' 5m ', 1, true)
    return {
      patterns = held[1] or 'comsrv:*:m modsrv:*:measurement',
      coarser = {['1m'] = held[3] or (five and '5m 300 fold' or ''), ['5m'] = held[4] or ''},
      day_offset = tonumber(held[5] or nil),
    }
  end

  -- The window of a coarser level that begins or holds this start. Weeks are counted from a Monday.
  local function coarser_window(name, seconds, fate, start, day_offset)
    local from = 0
    if seconds >= 86400 then
      if not day_offset then
        error({err = 'ERR ' .. name .. ' follows days that change their length: HisSrv must close, or add a level such as 1h'})
      end
      from = (seconds % (7 * 86400) == 0 and -3 * 86400 or 0) - day_offset
    end
    local begin = floor((start - from) / seconds) * seconds + from
    return {name = name, start = begin, stop = begin + seconds, keeps = fate == 'keep'}
  end

  local function source_keys(live)
    local id = live:match('^comsrv:(%d+):m$') or live
    return {
      live = live,
      src = 'hissrv:src:{' .. live .. '}',
      acc = function(level, start) return fmt('hissrv:acc:{%s}:%s:%.0f', live, level, start) end,
      raw = function(start) return fmt('hissrv:raw:{%s}:1m:%.0f', live, start) end,
      archive = function(level, start) return fmt('archive:%s:%.0f:%s', level, start, id) end,
    }
  end

  -- Takes the one sample of a source that nobody sampled in the minute that ends here.
  local function sample_once(live, stop)
    local k, start, at = source_keys(live), stop - 60, now
    local acc = k.acc('1m', start)
    if call('EXISTS', acc) == 1 or start <= closed_until(k.src, '1m', 60) then return end
    now = stop * 1000 - 1
    local ok, answer = pcall(sample, 1000, nil, live, k.src, acc, k.raw(start), k.archive('1m', start), live .. ':ts')
    now = at
    if not ok then error(answer, 0) end
  end

  -- Closes a level's windows of a source that have ended by then, oldest first. Returns how many.
  local function close_ended(src, level, seconds, stop, config)
    local k, starts, closed = source_keys(src:sub(#'hissrv:src:{' + 1, -2)), {}, 0
    for _, mark in ipairs(call('HKEYS', src)) do
      local start = tonumber(mark:match('^open:' .. level .. ':(%d+)$') or nil)
      if start and start + seconds <= stop then starts[#starts + 1] = start end
    end
    table.sort(starts)
    for _, start in ipairs(starts) do
      local w, keeps = {level = level, start = start, stop = start + seconds, coarser = {}}, {}
      for name, length, fate in config.coarser[level]:gmatch('(%S+) (%d+) (%S+)') do
        local one = coarser_window(name, tonumber(length), fate, start, config.day_offset)
        w.coarser[#w.coarser + 1] = one
        if one.keeps then keeps[#w.coarser] = k.acc(name, one.start) end
      end
      local close, inputs = close_samples, {k.acc('1m', start), k.raw(start)}
      if level ~= '1m' then
        close, inputs = close_parts, {}
        for minute = start, start + seconds - 60, 60 do inputs[#inputs + 1] = k.archive('1m', minute) end
      end
      local answer = close(w, k.live, src, k.archive(level, start), inputs, keeps)
      if type(answer[1]) == 'number' and answer[1] > 0 then closed = closed + 1 end
    end
    return closed
  end

  -- EVALSHA sha 0 aggregate_1m|aggregate_5m [epoch seconds]: all that cron needs in one call. Samples what
  -- nobody sampled in the minute that has ended at that time (at Redis's own when none is given), at its
  -- last millisecond; closes every minute that has ended by then, and for aggregate_5m then every five
  -- minutes. Answers how many windows of its level it closed.
  --
  -- It reads the whole keyspace and works on every source while nobody else is served: this call alone
  -- is not small.
  local function without_keys()
    local level = operation:match('^aggregate_([15]m)$')
    if not level then return redis.error_reply('ERR without keys there are aggregate_1m and aggregate_5m, not ' .. operation) end
    if ARGV[2] and not ARGV[2]:match('^%d%d?%d?%d?%d?%d?%d?%d?%d?%d?%d?$') then
      return redis.error_reply('ERR the time must be in epoch seconds, not ' .. ARGV[2])
    end
    epoch, mode, pending = 0, ARGV[2] and 'replay' or 'live', 'archive:pending'
    local time = call('TIME')
    now = ARGV[2] and tonumber(ARGV[2]) * 1000 or tonumber(time[1]) * 1000 + floor(tonumber(time[2]) / 1000)
    local config, lives, carries = settings(), {}, {}
    local function work_on(keys, work)
      for key in pairs(keys) do
        local answer = attempt(work, key)
        if type(answer) == 'table' then
          redis.log(redis.LOG_WARNING, 'hissrv ' .. operation .. ': ' .. key .. ' is left out: ' .. answer[1] .. ', ' .. answer[2])
        end
      end
    end
    for glob in config.patterns:gmatch('%S+') do
      each_hash(glob, function(key)
        if not key:find('^hissrv:') and not key:find('^archive:') then lives[key] = true end
      end)
    end
    local closed = 0
    work_on(lives, function(live) sample_once(live, window_start(now, 60)) end)
    each_hash('hissrv:src:{*}', function(key) carries[key] = true end)
    work_on(carries, function(src)
      local minutes = close_ended(src, '1m', 60, window_start(now, 60), config)
      closed = closed + (level == '1m' and minutes or close_ended(src, '5m', 300, window_start(now, 300), config))
    end)
    return closed
  end

  return {
    fold_into = fold_into,
    open_window = open_window,
    keep_late = keep_late,
    keep_layout = keep_layout,
    close_samples = close_samples,
    close_parts = close_parts,
    look_at = look_at,
    add_functions = add_functions,
    without_keys = without_keys,
  }
end

local judged_by, held_by
function judge(...)
  if not judged_by then
    judged_by, held_by = judging()
  end
  return judged_by(...)
end

local set_up
function engine()
  set_up = set_up or rest()
  return set_up
end

-- Answers the number of fields, 0 where the live key is gone, or what judge tells, see taken; or {reason}.
function sample(interval, more, live, src, acc, raw, archive, clocks)
  if fenced(src) then return {'fenced'} end
  local held = call('HMGET', acc, 'layout', 'dump')
  local still, dump = held[2], nil
  if still and not judges(more) then
    dump = call('DUMP', live)
    if dump == still then return sample_again(interval, more, src, acc, raw) end
  end
  local ids = call('HKEYS', live)
  if #ids == 0 then return 0 end
  if #ids > MOST_FIELDS then return {'wide', #ids .. ' fields'} end
  local asked, values, answer = more ~= '' and asked_of(more, src, acc), nil, nil
  if asked then
    values, answer = judge(asked, ids, call('HVALS', live), clocks)
    if not values then
      leave_to_cron(more, src)
      return answer
    end
  end
  local layout, last = layout_of(ids), nil
  if held[1] == layout then
    last = last_sample(raw, #ids, acc)
    if is_soon(last, interval) then return {'soon'} end
    if asked then judge_from_now(acc, raw) end
  else
    if held[1] then
      local before = #cmsgpack.unpack(call('HGET', acc, 'fields'))
      last = last_sample(raw, before, acc)
      if is_soon(last, interval) then return {'soon'} end
      engine().fold_into(acc, raw)
      if asked then judge_from_now(acc, raw) end
    else
      local refused
      refused, still, last = engine().open_window(interval, live, src, archive, ids, values)
      if refused then
        if refused[1] == 'merged' then
          engine().keep_late(src, acc, raw, values or call('HVALS', live), ids, window_start(now, 60))
        end
        return refused
      end
      if not more then
        more = call('HGET', src, 'more') or ''
      elseif more ~= '' then
        call('HSET', src, 'more', more)
      else
        call('HDEL', src, 'more')
      end
      if more ~= '' then call('HSET', acc, 'more', more) end
      if asked then call('HSET', acc, 'judged', 1) end
    end
    if is_unsafe(layout, #ids) then layout = '' end
    call('HSET', acc, 'layout', layout, 'fields', cmsgpack.pack(ids))
    local kept = more
    if held[1] then kept = call('HGET', acc, 'more') end
    if keeps_values(kept) then engine().keep_layout(acc, raw, ids) end
    call('EXPIRE', acc, OPEN_TTL)
  end
  if asked then held_by(asked, src, ids, values, answer) end
  local row = row_of(values or call('HVALS', live))
  add_row(interval, more, src, acc, raw, row, #ids)
  if still and not asked then call('HSET', acc, 'dump', dump or call('DUMP', live), 'row', row:sub(9)) end
  return taken(answer or #ids, last, interval)
end

if #KEYS == 0 then return engine().without_keys() end
if mode == 'live' then
  local time = call('TIME')
  local off = now - (tonumber(time[1]) * 1000 + floor(tonumber(time[2]) / 1000))
  if off > 2000 or off < -2000 then
    return redis.error_reply(fmt('CLOCK now is %.0f ms off the time of Redis', off))
  end
elseif mode ~= 'replay' and not (forward and operation == 'sample') then
  return redis.error_reply('ERR mode must be live or replay, or to sample also forward')
end

local answers = {}
if operation == 'append' then
  local interval, layout, place = tonumber(ARGV[5]), nil, 4
  for k = 1, #KEYS, 3 do
    place = place + 2
    if ARGV[place + 1] ~= '' then layout = ARGV[place + 1] end
    answers[#answers + 1] = attempt(append, interval, KEYS[k], KEYS[k + 1], KEYS[k + 2], ARGV[place], layout)
  end
  return answers
end

if operation == 'sample' then
  local interval, width, place = tonumber(ARGV[5]), tonumber(ARGV[6]), 0
  for k = 2, #KEYS, width do
    place = place + 1
    local more, clocks = ARGV[6 + place], width > 5 and KEYS[k + 5] or nil
    answers[place] =
      attempt(sample, interval, more, KEYS[k], KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], KEYS[k + 4], clocks)
  end
  return answers
end

if operation == 'judge' then
  return {attempt(function(live, clocks)
    local ids = call('HKEYS', live)
    if #ids == 0 then return 0 end
    if #ids > MOST_FIELDS then return {'wide', #ids .. ' fields'} end
    local _, answer = judge(cjson.decode(ARGV[5]), ids, call('HVALS', live), clocks)
    return answer
  end, KEYS[1], KEYS[2])}
end

if operation == 'open' then return {attempt(engine().look_at, KEYS[2], KEYS[3], KEYS[4], KEYS[5])} end

if operation == 'functions' then return {attempt(engine().add_functions)} end

-- The window that is closed, and the coarser ones it is a part of.
local w = {
  level = operation:match('^aggregate_(%w+)$'),
  start = tonumber(ARGV[5]),
  stop = tonumber(ARGV[6]),
  inputs = ARGV[7],
  coarser = {},
}
if not w.level then return redis.error_reply('ERR unknown operation ' .. operation) end
if w.stop * 1000 > now then return redis.error_reply('ERR the window has not ended') end
local inputs, kept = tonumber(ARGV[8]), 0
for i = 9, #ARGV, 4 do
  local keeps = ARGV[i + 3] == 'keep'
  if keeps then kept = kept + 1 end
  w.coarser[#w.coarser + 1] =
    {name = ARGV[i], start = tonumber(ARGV[i + 1]), stop = tonumber(ARGV[i + 2]), keeps = keeps}
end

local close = w.inputs == 'samples' and engine().close_samples or engine().close_parts
for k = 2, #KEYS, 3 + inputs + kept do
  local input, keeps, next_kept = {}, {}, k + 3 + inputs
  for i = 1, inputs do input[i] = KEYS[k + 2 + i] end
  for i, level in ipairs(w.coarser) do
    if level.keeps then
      keeps[i] = KEYS[next_kept]
      next_kept = next_kept + 1
    end
  end
  answers[#answers + 1] = attempt(close, w, KEYS[k], KEYS[k + 1], KEYS[k + 2], input, keeps)
end
return answers
