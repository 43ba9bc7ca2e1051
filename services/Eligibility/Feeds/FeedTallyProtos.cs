using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Feeds;

/// <summary>The tally of a day as the contract shows it.</summary>
internal static class FeedTallyProtos
{
    public static Proto.FeedTally ToProto(this DayTally tally) =>
        new() { Day = tally.Day.Day(), Count = tally.Count, Hash = tally.Hash, Final = tally.Final };
}
