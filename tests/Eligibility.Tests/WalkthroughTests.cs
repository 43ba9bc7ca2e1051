using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ips.Testing;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>
/// Runs the sessions of docs/integrators as written on the page: each <c>http</c> block is sent, and the response must contain the <c>json</c> block after it.
/// A word in braces stores the value of its first use, and later uses must match it; <c>*</c> is any value. The test has its own service: the pages are about
/// one day, and other tests move the clock.
/// </summary>
public sealed partial class WalkthroughTests(EligibilityService service) : IClassFixture<EligibilityService>
{
    [Theory]
    [InlineData("mco", 26)]
    [InlineData("dvrs", 14)]
    [InlineData("agency", 15)]
    [InlineData("fhir", 8)]
    public async Task The_page_works_as_written(string page, int atLeast)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "integrators", page + ".md"));
        Assert.Equal("2026-03-02", service.Day());
        Dictionary<string, string> words = await Session();
        var blocks = RequestBlock().Matches(text);
        Assert.True(blocks.Count >= atLeast, $"{page}.md has {blocks.Count} requests.");
        foreach (Match block in blocks)
        {
            var (request, code, expected) = (block.Groups["ask"].Value, block.Groups["code"].Value, block.Groups["answer"].Value);
            var (status, body) = await Send(Fill(request, words));
            var where = $"{page}.md, {request.Split('\n')[0]}: {status} {body}";
            Assert.True((code.Length == 0 ? "200" : code) == status.ToString(System.Globalization.CultureInfo.InvariantCulture), where);
            using var wanted = JsonDocument.Parse(expected);
            using var got = JsonDocument.Parse(body);
            var wrong = Missing(wanted.RootElement, got.RootElement, "$", words);
            Assert.True(wrong is null, $"{wrong} in {where}");
        }
    }

    // The agency that the page names has the person on file, with all facts except the payer's finding.
    private async Task<Dictionary<string, string>> Session()
    {
        var one = await PersonBuilder.Register(service, provider: "harbor-works", payer: "alliance");
        await (await one.WithFacts()).WithDocuments();
        return new()
        {
            ["mco"] = Bearer(Roles.Mco, "alliance"),
            ["mco-reviewer"] = service.As(Roles.Mco, "alliance", "reviewer-two")[0].Value["Bearer ".Length..],
            ["other-mco"] = Bearer(Roles.Mco, EligibilityService.NewCode("payer")),
            ["provider"] = Bearer(Roles.Provider, "harbor-works"),
            ["dvrs"] = Bearer(Roles.Dvrs, "nc-dvrs"),
            ["fhir-provider"] = TestIssuer.Token(Roles.Provider, "harbor-works", scope: "system/Claim.c system/Claim.r"),
            ["fhir-mco"] = TestIssuer.Token(Roles.Mco, "alliance", scope: "system/Claim.r"),
            ["member"] = one.Identifier,
            ["individual"] = one.Name,
        };
    }

    private string Bearer(string role, string organization) => service.As(role, organization)[0].Value["Bearer ".Length..];

    private async Task<(int Status, string Body)> Send(string block)
    {
        // A feed shows a step when the relay has placed it, a moment after its commit.
        await Poll.Until(async () => await service.Count("outbox_rows where position is null") == 0);
        var parts = block.Split("\n\n", 2);
        var lines = parts[0].Split('\n');
        var (verb, path) = (lines[0].Split(' ', 2)[0], lines[0].Split(' ', 2)[1].Trim());
        using HttpRequestMessage request = new(new HttpMethod(verb), path);
        foreach (var line in lines.Skip(1))
        {
            Assert.StartsWith("Authorization: Bearer ", line, StringComparison.Ordinal);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", line["Authorization: Bearer ".Length..].Trim());
        }

        if (parts.Length > 1)
            request.Content = new StringContent(parts[1], Encoding.UTF8, "application/json");
        using var http = service.Http(Roles.Ops, "platform");
        http.DefaultRequestHeaders.Authorization = null;
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string Fill(string block, Dictionary<string, string> words) => Word().Replace(block, word =>
    {
        var name = word.Groups["word"].Value;
        if (words.TryGetValue(name, out var known))
            return known;
        // Values that the caller creates: an id per intent, and the same id where the word appears again.
        Assert.True(name.StartsWith("request-", StringComparison.Ordinal) || name.StartsWith("message-", StringComparison.Ordinal),
            $"{{{name}}} is used before an answer gave it.");
        return words[name] = EligibilityService.NewId();
    }).TrimEnd();

    /// <summary>The part of the expected JSON that the response lacks, or null.</summary>
    private static string? Missing(JsonElement wanted, JsonElement got, string at, Dictionary<string, string> words)
    {
        switch (wanted.ValueKind)
        {
            case JsonValueKind.Object:
                if (got.ValueKind != JsonValueKind.Object)
                    return $"{at} is no object";
                foreach (var property in wanted.EnumerateObject())
                {
                    if (!got.TryGetProperty(property.Name, out var found))
                        return $"{at}.{property.Name} is missing";
                    if (Missing(property.Value, found, $"{at}.{property.Name}", words) is { } wrong)
                        return wrong;
                }

                return null;
            case JsonValueKind.Array:
                foreach (var (i, element) in wanted.EnumerateArray().Index())
                {
                    if (!got.EnumerateArray().Any(candidate => Missing(element, candidate, at, new(words)) is null))
                        return $"{at}[{i}] {element.GetRawText()} is not among what was answered";
                    // Found: store its words.
                    Missing(element, got.EnumerateArray().First(candidate => Missing(element, candidate, at, new(words)) is null), at, words);
                }

                return null;
            case JsonValueKind.String when wanted.GetString() is { } text:
                if (text == "*")
                    return got.ToString().Length > 0 ? null : $"{at} is empty";
                if (Word().Match(text) is { Success: true, Length: var length } word && length == text.Length)
                {
                    if (got.ToString().Length == 0)
                        return $"{at} is empty";
                    return words.TryAdd(word.Groups["word"].Value, got.ToString()) || words[word.Groups["word"].Value] == got.ToString()
                        ? null : $"{at} is not the {text} of before";
                }

                return text == got.ToString() ? null : $"{at} is \"{got}\", not \"{text}\"";
            default:
                return wanted.GetRawText() == got.GetRawText() ? null : $"{at} is {got.GetRawText()}, not {wanted.GetRawText()}";
        }
    }

    [GeneratedRegex(@"```http\n(?<ask>.*?)\n```\s*```json ?(?<code>\d*)\n(?<answer>.*?)\n```", RegexOptions.Singleline | RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex RequestBlock();

    [GeneratedRegex(@"\{(?<word>[a-z0-9-]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Word();
}
