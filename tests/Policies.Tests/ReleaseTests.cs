using Ips.Policies.Tool;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>A receipt replays byte for byte under the released pack with which it was made.</summary>
public sealed class ReleaseTests
{
    private static readonly Checkout Checkout = new(Repo.Path());

    /// <summary>The folder of each release of a program, so that a test's name says which.</summary>
    public static TheoryData<string> Programs => [.. ReleasedPacks.All.Where(r => r.Pack.Header.IsProgram).Select(r => ReleasedPacks.FolderOf(r.Pack))];

    [Theory, MemberData(nameof(Programs))]
    public void Receipts_of_a_release_are_the_same_bytes_for_ever(string folder)
    {
        var pack = ReleasedPacks.All.Single(r => ReleasedPacks.FolderOf(r.Pack) == folder).Pack;
        PolicyEngine engine = new([pack]);
        var stored = Releases.ReceiptsOf(Checkout, pack).ToList();
        Assert.NotEmpty(stored);
        Assert.Equal([], stored.Where(r => Releases.Hash(engine.Decide(pack.Id, r.Decision, r.AsOf, r.Facts)) != r.Sha256)
            .Select(r => $"{r.Decision} on {r.AsOf:yyyy-MM-dd}: {r.Facts}"));
    }

    [Fact]
    public void The_packs_in_use_are_released_or_have_a_version_of_their_own()
    {
        Assert.Equal([], Releases.Unversioned(Checkout.ReadPacks(), Checkout));
        Assert.All(PolicyEngine.Shipped.Programs.Keys, program => Assert.Contains(ReleasedPacks.All, r => r.Id == program));
    }

    [Fact]
    public void A_changed_pack_needs_a_new_version()
    {
        var packs = PackReader.Read(Changed(PackFiles.Shipped(), "nc-state/eligibility.yaml"));
        Assert.Equal(["nc-core/pack.yaml", "nc-state/pack.yaml"], Releases.Unversioned(packs, Checkout).Select(p => p.File).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_release_that_was_changed_is_refused_with_those_that_rest_on_it()
    {
        var parent = ReleasedPacks.FolderOf(ReleasedPacks.All.First(r => r.Id == "nc-state").Pack);
        var refused = Assert.Throws<BadPackException>(() => ReleasedPacks.Read(Changed(PackFiles.Released(), parent + "/eligibility.yaml")));
        Assert.Contains(refused.Problems, p => p.File == parent);
        Assert.Contains(refused.Problems, p => p.File.StartsWith("nc-core/", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Changed(IReadOnlyDictionary<string, string> files, string file) =>
        new(files, StringComparer.Ordinal) { [file] = files[file] + "\n# changed\n" };
}
