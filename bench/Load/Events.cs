using System.Diagnostics;
using Npgsql;
using RabbitMQ.Client;

namespace Ips.Load;

/// <summary>
/// Events from the commit of their outbox row to the commit of their fact in Reporting, next to a publisher that sends the same bodies to the same broker and
/// waits for its confirms. The rows are copies of one event of a registered person, each about a person of its own.
/// </summary>
internal sealed class Events : IAsyncDisposable
{
    private const string Type = "ips.eligibility.individual-registered.v1";

    // A copy has its own id (of version 7: consumers refuse others), subject and time; the body holds all three.
    private const string Insert =
        """
        with template as (select * from outbox_rows where type = @type order by occurred_at desc limit 1),
             times as materialized (select clock_timestamp() as now from generate_series(1, @count)),
             copies as materialized (select gen_random_uuid() as person, now, (lpad(to_hex((extract(epoch from now) * 1000)::bigint), 12, '0')
               || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid as id from times),
             subjects as (insert into outbox_subjects (subject, sequence) select 'individuals/' || person, 1 from copies)
        insert into outbox_rows (id, type, urn, subject, sequence, turn, provider, occurred_at, body)
        select copies.id, type, urn, 'individuals/' || person, 1, nextval('outbox_turns'), provider, now, jsonb_build_object(
          'eventId', copies.id, 'occurredAt', now, 'subject', 'individuals/' || person, 'sequence', 1, 'individualId', person) ||
          (body::jsonb - array['eventId', 'occurredAt', 'subject', 'sequence', 'individualId'])
        from copies, template
        """;

    private readonly NpgsqlDataSource sends = NpgsqlDataSource.Create(Callers.Setting("ELIGIBILITY_DB"));
    private readonly NpgsqlDataSource receives = NpgsqlDataSource.Create(Callers.Setting("REPORTING_DB"));

    public async ValueTask DisposeAsync()
    {
        await sends.DisposeAsync();
        await receives.DisposeAsync();
    }

    /// <summary>Events a second when so many wait at once.</summary>
    public async Task<double> Burst(int count)
    {
        var before = await Facts();
        await Write(count);
        var start = Stopwatch.GetTimestamp();
        while (await Facts() < before + count)
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>
    /// Milliseconds from the time in the event to the time at which Reporting's group with it began to store it, at so many events a second, written in
    /// transactions of one twentieth of a second. Both clocks are this machine's.
    /// </summary>
    public async Task<(double P50, double P99)> Lag(double perSecond, TimeSpan span)
    {
        var since = TimeProvider.System.GetUtcNow();
        var start = Stopwatch.GetTimestamp();
        var (written, before) = (0, await Facts());
        while (Stopwatch.GetElapsedTime(start) is var passed && passed < span)
        {
            var due = (int)(perSecond * passed.TotalSeconds) - written;
            if (due > 0)
                await Write(due);
            written += due;
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        while (await Facts() < before + written)
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        var sent = await Times(sends, "select id, occurred_at from outbox_rows where type = @type and occurred_at >= @since", since);
        var stored = await Times(receives, "select message_id, received_at from inbox_rows where received_at >= @since", since);
        var lags = sent.Where(one => stored.ContainsKey(one.Key)).Select(one => (stored[one.Key] - one.Value).TotalMilliseconds).Order().ToArray();
        return (Steps.At(lags, 0.50), Steps.At(lags, 0.99));
    }

    /// <summary>Messages a second of a program that does nothing but publish such bodies to a durable queue, a thousand between two waits for the confirms.</summary>
    public async Task<double> Bare(int count)
    {
        await using var command = sends.CreateCommand("select body::text from outbox_rows where type = @type limit 1");
        command.Parameters.AddWithValue("type", Type);
        var body = System.Text.Encoding.UTF8.GetBytes((string)(await command.ExecuteScalarAsync())!);
        await using var connection = await new ConnectionFactory { Uri = new(Callers.Setting("BUS")) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false));
        var confirmed = 0UL;
        SemaphoreSlim news = new(0);
        channel.BasicAcksAsync += (_, ack) =>
        {
            Volatile.Write(ref confirmed, Math.Max(confirmed, ack.DeliveryTag));
            news.Release();
            return Task.CompletedTask;
        };
        // Names that the service's login may declare; it may not send to the default exchange.
        const string name = "eligibility.bench";
        await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(name, name, "");
        var start = Stopwatch.GetTimestamp();
        for (var sent = 1; sent <= count; sent++)
        {
            await channel.BasicPublishAsync(name, "", mandatory: false,
                new BasicProperties { DeliveryMode = DeliveryModes.Persistent, MessageId = Guid.CreateVersion7().ToString() }, body);
            while ((sent % 1000 == 0 || sent == count) && Volatile.Read(ref confirmed) < (ulong)sent)
                await news.WaitAsync();
        }

        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await channel.QueueDeleteAsync(name);
        await channel.ExchangeDeleteAsync(name);
        return count / took;
    }

    private async Task Write(int count)
    {
        await using var command = sends.CreateCommand(Insert);
        command.Parameters.AddWithValue("type", Type);
        command.Parameters.AddWithValue("count", count);
        await command.ExecuteNonQueryAsync();
        await using var notify = sends.CreateCommand("notify ips_outbox_written");
        await notify.ExecuteNonQueryAsync();
    }

    private async Task<long> Facts()
    {
        await using var command = receives.CreateCommand("select count(*) from event_facts");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<Dictionary<Guid, DateTimeOffset>> Times(NpgsqlDataSource database, string sql, DateTimeOffset since)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddWithValue("since", since);
        if (sql.Contains("@type", StringComparison.Ordinal))
            command.Parameters.AddWithValue("type", Type);
        await using var reader = await command.ExecuteReaderAsync();
        Dictionary<Guid, DateTimeOffset> times = [];
        while (await reader.ReadAsync())
            times[reader.GetGuid(0)] = reader.GetFieldValue<DateTimeOffset>(1);
        return times;
    }
}
