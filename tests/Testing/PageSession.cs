using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Ips.Testing;

/// <summary>
/// Runs the session of a page of docs/integrators as written: each <c>http</c> block is sent, and the response must contain the <c>json</c> block after it.
/// A word in braces stores the value of its first use, and later uses must match it; <c>*</c> is any value. A block <c>js NAME.js</c> is a program of the page.
/// </summary>
/// <param name="page">The name of the page, without its ending.</param>
/// <param name="address">The service.</param>
/// <param name="words">Words with a value before the first request, such as tokens.</param>
/// <param name="before">Runs before each request.</param>
/// <param name="program">Runs for each program: its name, its text, and the words so far.</param>
/// <param name="make">The value of a word that no response gives, from the words so far; null when there is none.</param>
public sealed partial class PageSession(
    string page, Uri address, Dictionary<string, string> words, Func<Task>? before = null,
    Func<string, string, Dictionary<string, string>, Task>? program = null, Func<string, IReadOnlyDictionary<string, string>, string?>? make = null)
{
    /// <summary>The words and their values.</summary>
    public IReadOnlyDictionary<string, string> Words => words;

    /// <summary>Runs the page; returns the number of its requests.</summary>
    public async Task<int> Run()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "integrators", page + ".md"));
        var requests = RequestBlock().Matches(text);
        var programs = program is null ? [] : ProgramBlock().Matches(text).ToList();
        foreach (var block in requests.Concat(programs).OrderBy(block => block.Index))
        {
            if (block.Groups["file"].Success)
                await program!(block.Groups["file"].Value, block.Groups["code"].Value, words);
            else
                await Request(block);
        }

        return requests.Count;
    }

    private async Task Request(Match block)
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

    private async Task<(int Status, string Body)> Send(string block)
    {
        if (before is not null)
            await before();
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
        using HttpClient http = new() { BaseAddress = address };
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private string Fill(string block) => Word().Replace(block, word =>
    {
        var name = word.Groups["word"].Value;
        if (words.TryGetValue(name, out var known))
            return known;
        if (make?.Invoke(name, words) is { } made)
            return words[name] = made;
        // Values that the caller creates: an id per intent, and the same id where the word appears again.
        Assert.True(name.StartsWith("request-", StringComparison.Ordinal) || name.StartsWith("message-", StringComparison.Ordinal),
            $"{{{name}}} is used before an answer gave it.");
        return words[name] = Guid.CreateVersion7().ToString();
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

    [GeneratedRegex(@"```js (?<file>[a-z]+\.js)\n(?<code>.*?)\n```", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex ProgramBlock();
}
