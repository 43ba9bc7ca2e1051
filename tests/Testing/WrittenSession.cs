using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Ips.Testing;

/// <summary>
/// Runs a page of docs/integrators as it is written: each <c>http</c> block is sent, and the response must contain the <c>json</c> block after it. A word in
/// braces stores the value of its first use, and later uses must match it; <c>*</c> is any value.
/// </summary>
/// <param name="http">The service.</param>
/// <param name="words">Words that are known before the first request.</param>
/// <param name="make">The value of a word that no answer gives, from the words so far; null when there is none. Words that begin with <c>request-</c> are
/// new ids.</param>
public sealed partial class WrittenSession(HttpClient http, Dictionary<string, string> words, Func<string, IReadOnlyDictionary<string, string>, string?> make)
{
    /// <summary>Runs the page.</summary>
    /// <param name="page">Its name, without the ending.</param>
    /// <param name="atLeast">How many requests it has at least.</param>
    public async Task Run(string page, int atLeast)
    {
        var blocks = RequestBlock().Matches(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "integrators", page + ".md")));
        Assert.True(blocks.Count >= atLeast, $"{page}.md has {blocks.Count} requests.");
        foreach (Match block in blocks)
        {
            var (request, code, expected) = (block.Groups["ask"].Value, block.Groups["code"].Value, block.Groups["answer"].Value);
            var (status, body) = await Send(Fill(request));
            var where = $"{page}.md, {request.Split('\n')[0]}: {status} {body}";
            Assert.True((code.Length == 0 ? "200" : code) == status.ToString(CultureInfo.InvariantCulture), where);
            using var wanted = JsonDocument.Parse(expected);
            using var got = JsonDocument.Parse(body);
            var wrong = Missing(wanted.RootElement, got.RootElement, "$", words);
            Assert.True(wrong is null, $"{wrong} in {where}");
        }
    }

    private async Task<(int Status, string Body)> Send(string block)
    {
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
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private string Fill(string block) => Word().Replace(block, word =>
    {
        var name = word.Groups["word"].Value;
        if (words.TryGetValue(name, out var known))
            return known;
        var made = make(name, words) ?? (name.StartsWith("request-", StringComparison.Ordinal) ? Guid.NewGuid().ToString() : null);
        Assert.True(made is not null, $"{{{name}}} is used before an answer gave it.");
        return words[name] = made;
    }).TrimEnd();

    /// <summary>The part of the expected JSON that the response lacks, or null.</summary>
    private static string? Missing(JsonElement wanted, JsonElement got, string at, Dictionary<string, string> words)
    {
        switch (wanted.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in wanted.EnumerateObject())
                {
                    if (got.ValueKind != JsonValueKind.Object || !got.TryGetProperty(property.Name, out var found))
                        return $"{at}.{property.Name} is missing";
                    if (Missing(property.Value, found, $"{at}.{property.Name}", words) is { } wrong)
                        return wrong;
                }

                return null;
            case JsonValueKind.Array:
                foreach (var (i, element) in wanted.EnumerateArray().Index())
                {
                    // Its words are stored only when it is found.
                    var found = got.EnumerateArray().Select(candidate => (Candidate: candidate, Wrong: Missing(element, candidate, at, new(words)))).ToList();
                    if (!found.Exists(f => f.Wrong is null))
                        return $"{at}[{i}] {element.GetRawText()} is not among what was answered: {string.Join("; ", found.Select(f => f.Wrong))}";
                    Missing(element, found.First(f => f.Wrong is null).Candidate, at, words);
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
