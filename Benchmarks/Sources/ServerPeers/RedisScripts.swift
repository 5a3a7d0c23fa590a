/// What Redis runs, each as one atomic step.
enum RedisScripts {
    /// Keys: account, the day's counter, the month's counter. Arguments: cost, the day's limit, the month's limit.
    static let hold = """
        if tonumber(redis.call('GET', KEYS[2]) or 0) >= tonumber(ARGV[2]) then return redis.error_reply('DAY') end
        if tonumber(redis.call('GET', KEYS[3]) or 0) >= tonumber(ARGV[3]) then return redis.error_reply('MONTH') end
        local balance = tonumber(redis.call('HGET', KEYS[1], 'balance') or 0)
        if balance < tonumber(ARGV[1]) then return redis.error_reply('CREDITS') end
        redis.call('HINCRBY', KEYS[1], 'balance', -ARGV[1])
        redis.call('HINCRBY', KEYS[1], 'held', ARGV[1])
        if redis.call('INCR', KEYS[2]) == 1 then redis.call('EXPIRE', KEYS[2], 86400) end
        if redis.call('INCR', KEYS[3]) == 1 then redis.call('EXPIRE', KEYS[3], 2678400) end
        local charge = redis.call('XADD', 'journal', '*', 'account', KEYS[1], 'credits', -ARGV[1])
        redis.call('HSET', 'charges', charge, KEYS[1])
        return charge
        """

    /// Arguments: charge, cost.
    static let settle = """
        local account = redis.call('HGET', 'charges', ARGV[1])
        if not account then return 0 end
        redis.call('HDEL', 'charges', ARGV[1])
        redis.call('HINCRBY', account, 'held', -ARGV[2])
        redis.call('XADD', 'journal', '*', 'account', account, 'credits', 0, 'charge', ARGV[1])
        return 1
        """
}
