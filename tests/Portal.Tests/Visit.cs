using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>A person at a browser window. At its end the console must be free of errors.</summary>
public sealed class Visit(IBrowserContext context) : IAsyncDisposable
{
    private readonly List<string> complaints = [];

    /// <summary>The window.</summary>
    public IPage Page { get; private set; } = null!;

    /// <summary>Statuses of 400 and above that the test expects: browsers log them as errors.</summary>
    public bool ExpectsRefusal { get; set; }

    /// <summary>Opens a page of the portal; without a session this shows the issuer's sign-in.</summary>
    public async Task<Visit> Open(string path = "/")
    {
        if (Page is null)
        {
            Page = await context.NewPageAsync();
            Page.Console += (_, message) => complaints.AddRange(message.Type is "error" or "warning" ? [message.Text] : []);
            Page.PageError += (_, error) => complaints.Add(error);
        }

        await Page.GotoAsync(path);
        return this;
    }

    /// <summary>Opens a page and signs in as one of the five people.</summary>
    public async Task<Visit> SignIn(string person, string path = "/")
    {
        await Open(path);
        await Page.GetByRole(AriaRole.Button, new() { Name = person }).ClickAsync();
        return this;
    }

    /// <summary>Clicks the sign-out button.</summary>
    public Task SignOut() => Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

    /// <summary>The page's heading.</summary>
    public async Task<string> Heading() => await Page.Locator("h1").InnerTextAsync();

    /// <summary>Everything that can be read on the page.</summary>
    public async Task<string> Text() => await Page.Locator("body").InnerTextAsync();

    /// <summary>The cookies of the window.</summary>
    public Task<IReadOnlyList<BrowserContextCookiesResult>> Cookies() => context.CookiesAsync();

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        if (ExpectsRefusal)
            complaints.RemoveAll(complaint => complaint.StartsWith("Failed to load resource", StringComparison.Ordinal));
        Assert.Empty(complaints);
    }
}
