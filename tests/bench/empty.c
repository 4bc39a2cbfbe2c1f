/* The smallest program: what starting and ending any process costs here. */
int main(void)
{
	return 0;
}
