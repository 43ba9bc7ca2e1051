using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ips.Platform.Events;

/// <summary>The log that a feed reads: positions in the order of commits, and epochs.</summary>
public interface IFeedLog
{
    /// <summary>What the log holds now.</summary>
    Task<LogRange> Range(CancellationToken cancellationToken = default);

    /// <summary>
    /// The position after which a reader of an earlier epoch reads on and misses nothing: its own, or the last one that both epochs have. It is 0, the
    /// beginning, when the log does not know the epoch.
    /// </summary>
    Task<long> Resume(long epoch, long position, CancellationToken cancellationToken = default);

    /// <summary>
    /// Completes when there may be more. Take it before reading, await it when the page was empty, and give it a timeout: a NOTIFY can be missed.
    /// </summary>
    Task More();
}

/// <summary>A position in a feed.</summary>
/// <param name="Epoch">The epoch of the log.</param>
/// <param name="Position">The last position in the log that the reader has.</param>
/// <param name="Snapshot">The last row of the snapshot that the reader has; null after the snapshot.</param>
public readonly record struct FeedPlace(long Epoch, long Position, SnapshotPlace? Snapshot);

/// <summary>The last row of a snapshot sent so far.</summary>
/// <param name="After">Its id; empty before the first row of the part.</param>
/// <param name="Part">The part of the snapshot, from 0, in a feed whose snapshot has several.</param>
public readonly record struct SnapshotPlace(Guid After, byte Part = 0);

/// <summary>
/// Writes and reads the cursors of a feed. A cursor is opaque and survives deployments. After a restore the epoch of the log is another one: a cursor of the
/// old one is refused with the cursor from which the reader misses nothing.
/// </summary>
/// <param name="log">The log that the feed reads.</param>
/// <param name="form">The feed.</param>
/// <param name="subscriber">Who reads; a cursor of another subscriber is refused. Null where a cursor is anyone's: it holds no authority.</param>
public sealed class FeedCursors(IFeedLog log, FeedCursors.Form form, string? subscriber = null)
{
    /// <summary>The forms of cursors, by their first byte: a cursor of one feed is refused by another.</summary>
    public enum Form : byte
    {
        /// <summary>Of the first referral feed, without an epoch: those cursors are of the first one.</summary>
        ReferralsWithoutEpoch = 1,

        /// <summary>Of the referral feed.</summary>
        Referrals = 2,

        /// <summary>Of the change feed, whose snapshot has parts.</summary>
        Changes = 3,

        /// <summary>Of the feed of events, bound to its subscriber; the place in the snapshot is a position in the log.</summary>
        Events = 4,
    }

    // Of the forms whose cursors are bound, the last bytes: enough to notice a mistake. What a reader may see follows from its token.
    private const int TagBytes = 8;
    private readonly byte[] tag = subscriber is null ? [] : SHA256.HashData(Encoding.UTF8.GetBytes(subscriber))[..TagBytes];

    /// <summary>The place that a cursor names: the beginning of a snapshot when it is empty.</summary>
    public async Task<Result<FeedPlace>> Open(string cursor, CancellationToken cancellationToken)
    {
        var range = await log.Range(cancellationToken);
        if (cursor.Length == 0)
            return new FeedPlace(range.Epoch, range.Last, new(Guid.Empty));
        if (Parse(cursor, out var foreign) is not { } place)
            return new Problem.Invalid("cursor", foreign
                ? "is a cursor of another subscriber; send your own, or none to start with a snapshot"
                : "is not a cursor of this feed; send one as it came, or none to start with a snapshot");
        if (place.Epoch != range.Epoch || place.Position > range.Highest)
            return await Restored(place, range, cancellationToken);
        return place.Position > 0 && place.Position < range.First - 1
            ? new Problem.Expired("cursor", "is older than the feed keeps; start again without a cursor, the snapshot holds everything")
            : place;
    }

    /// <summary>The cursor of a place.</summary>
    public string Write(FeedPlace place)
    {
        Span<byte> bytes = stackalloc byte[34 + TagBytes];
        bytes[0] = (byte)form;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], place.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], place.Position);
        var length = 17;
        if (place.Snapshot is { } snapshot)
        {
            snapshot.After.TryWriteBytes(bytes[17..], bigEndian: true, out _);
            bytes[33] = snapshot.Part;
            length = form == Form.Changes ? 34 : 33;
        }

        tag.CopyTo(bytes[length..]);
        return Base64Url.EncodeToString(bytes[..(length + tag.Length)]);
    }

    // A reader in the middle of a snapshot begins a new one; so does a reader whose place is swept.
    private async Task<Problem> Restored(FeedPlace place, LogRange range, CancellationToken cancellationToken)
    {
        var position = place.Epoch == range.Epoch ? 0 : await log.Resume(place.Epoch, place.Position, cancellationToken);
        var resumes = place.Snapshot is null && position >= range.First - 1;
        return new Problem.OtherEpoch("cursor", range.Epoch, resumes ? Write(new(range.Epoch, position, null)) : "");
    }

    private FeedPlace? Parse(string cursor, out bool foreign)
    {
        foreign = false;
        Span<byte> bytes = stackalloc byte[34 + TagBytes];
        if (cursor.Length > 56 || !Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var written) || written <= tag.Length)
            return null;
        written -= tag.Length;
        foreign = (Form)bytes[0] == form && form == Form.Events && written is 17 or 33 && !bytes.Slice(written, tag.Length).SequenceEqual(tag);
        if (foreign)
            return null;
        return (written, (Form)bytes[0], form) switch
        {
            (9 or 25, Form.ReferralsWithoutEpoch, Form.Referrals) => At(0, bytes[1..written]),
            (17 or 33, Form.Referrals, Form.Referrals) or (17 or 34, Form.Changes, Form.Changes)
                or (17 or 33, Form.Events, Form.Events) =>
                At(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), bytes[9..written]),
            _ => null,
        };

        static FeedPlace At(long epoch, ReadOnlySpan<byte> rest) => new(epoch, BinaryPrimitives.ReadInt64BigEndian(rest),
            rest.Length >= 24 ? new SnapshotPlace(new Guid(rest[8..24], bigEndian: true), rest.Length > 24 ? rest[24] : (byte)0) : null);
    }
}

/// <summary>Count and hash of a day of a feed, by which a reader proves that it has everything.</summary>
public static class FeedTallies
{
    /// <summary>The tally of the events that a reader may see: SHA-256 over their ids in ascending order, each followed by a line feed.</summary>
    public static DayTally Of(DateOnly day, IEnumerable<Guid> events, TimeProvider clock)
    {
        List<string> ids = [.. events.Select(id => id.ToString()).Order(StringComparer.Ordinal)];
        return new(day, ids.Count, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(ids.Select(id => id + "\n"))))),
            clock.UtcDay() > day);
    }
}

/// <summary>What a feed held on a day.</summary>
/// <param name="Day">The UTC day.</param>
/// <param name="Count">How many events.</param>
/// <param name="Hash">SHA-256 over their ids in ascending order, each followed by a line feed: 64 lower-case hex digits.</param>
/// <param name="Final">Whether the day is over.</param>
public readonly record struct DayTally(DateOnly Day, long Count, string Hash, bool Final);

/// <summary>A feed as a stream: pages while there are any, then each change as it comes, with a heartbeat while nothing does.</summary>
public static class FeedStream
{
    /// <param name="log">The log that the feed reads.</param>
    /// <param name="cursor">Where the stream begins.</param>
    /// <param name="sendPage">Sends what follows a cursor; returns the next cursor, and whether nothing is left.</param>
    /// <param name="beat">Sends a heartbeat with the cursor.</param>
    /// <param name="heartbeat">How long the stream sends nothing before it beats.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public static async Task Run(IFeedLog log, string cursor, Func<string, Task<(string Next, bool CaughtUp)>> sendPage, Func<string, Task> beat,
        TimeSpan heartbeat, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            // Created before the read, so that a commit after the read signals it.
            var more = log.More();
            (cursor, var caughtUp) = await sendPage(cursor);
            if (!caughtUp)
                continue;
            var silence = Task.Delay(heartbeat, clock, cancellationToken);
            if (await Task.WhenAny(more, silence) == silence && !cancellationToken.IsCancellationRequested)
                await beat(cursor);
        }
    }
}
