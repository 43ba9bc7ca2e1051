using System.Globalization;

namespace Ips.SandboxCohort;

/// <summary>A person of the cohort. The names are of plants and of waters, so that no one takes them for real people.</summary>
/// <param name="Number">The place in the cohort, from 1.</param>
/// <param name="GivenName">Given name.</param>
/// <param name="FamilyName">Family name.</param>
/// <param name="BirthDate">Birth date.</param>
/// <param name="MemberId">Member id at the payer.</param>
/// <param name="Phone">A number of those kept for stories (555-01xx).</param>
internal sealed record Person(int Number, string GivenName, string FamilyName, DateOnly BirthDate, string MemberId, string Phone)
{
    private static readonly string[] Given =
    [
        "Aspen", "Bramble", "Clover", "Dahlia", "Elder", "Fern", "Ginger", "Hazel", "Iris", "Juniper", "Kale", "Laurel", "Maple", "Nettle", "Olive", "Poppy",
        "Quince", "Rowan", "Sage", "Thistle", "Umbel", "Violet", "Willow", "Yarrow", "Zinnia",
    ];

    private static readonly string[] Family =
    [
        "Arroyo", "Bayfield", "Creekmore", "Deltaford", "Estuary", "Fallswater", "Gulfstream", "Harborview", "Inletson", "Lakeborn", "Marshlow", "Narrows", "Oxbow",
        "Pondside", "Quayworth", "Rapids", "Shoals", "Tidewell", "Upstream", "Wellspring",
    ];

    /// <summary>Where people of the cohort work; none exists.</summary>
    public static IReadOnlyList<string> Employers { get; } =
    [
        "Sandbox Garden Center", "Sandbox Bakery", "Sandbox Hardware", "Sandbox Library Cafe", "Sandbox Print Shop", "Sandbox Grocery", "Sandbox Warehouse",
        "Sandbox Animal Clinic", "Sandbox Bicycle Repair", "Sandbox Hotel",
    ];

    /// <summary>The person of a number: the same in every cohort with the seed.</summary>
    public static Person Of(int seed, int number, DateOnly first)
    {
        Random random = new(unchecked((seed * 7919) + number));
        return new(number, Given[(number * 7 + seed) % Given.Length], Family[(number * 3 + (number / 25) + seed) % Family.Length],
            first.AddDays(-random.Next(20 * 365, 60 * 365)),
            string.Create(CultureInfo.InvariantCulture, $"9{seed % 1000:000}{number:00000}K"), string.Create(CultureInfo.InvariantCulture, $"91955501{number % 100:00}"));
    }
}
