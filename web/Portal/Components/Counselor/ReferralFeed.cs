using Grpc.Core;
using Ips.Contracts.Eligibility.V1;
using Ips.Portal.Apis;

namespace Ips.Portal.Components.Counselor;

/// <summary>What the feed shows of the people of referrals: the name and birth date, and nothing else.</summary>
internal sealed class ReferralFeed(Api api, Referrals.ReferralsClient client)
{
    // The snapshot of an agency's open referrals comes first in the feed.
    private const int Most = 5000;

    /// <summary>The people by the name of the referral.</summary>
    public async Task<IReadOnlyDictionary<string, ReferralForDvrs>> People()
    {
        Dictionary<string, ReferralForDvrs> people = new(StringComparer.Ordinal);
        var (cursor, read) = ("", 0);
        while (read < Most)
        {
            var page = (await api.Part(options => client.PullFeedAsync(new() { Cursor = cursor, Limit = 1000 }, options))).Value;
            foreach (var item in page?.Items ?? [])
            {
                if (item.Referral is { } referral)
                    people[referral.Name] = referral;
            }

            (cursor, read) = (page?.NextCursor ?? "", read + (page?.Items.Count ?? Most));
            if (page is null || page.CaughtUp)
                break;
        }

        return people;
    }
}
